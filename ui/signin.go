package ui

// LoginModel is the front page (vào làm việc). Fields: user, password; in the
// second step pass, way and code instead; next goes along.
type LoginModel struct {
	Shell    Shell
	Form     Form
	Node     string
	User     Input
	Password Input
	Second   *SecondStep // the password was right; nil: not asked for it yet
	Next     string
	Secure   bool // over HTTPS, where a browser may warn: show how to trust the cluster
	First    bool // nobody is in the register yet: show the way to the first run
}

// SecondStep asks for the second factor. It never says whose.
type SecondStep struct {
	Pass string // sealed: that the password was right, for a few minutes
	Way  SecondWay
	Code Input
}

// SecondWay is what the second factor is answered with.
type SecondWay string

const (
	WayApp      SecondWay = "app"      // six figures on the phone
	WayRecovery SecondWay = "recovery" // one of the codes on paper (mã dự phòng)
	WayOnce     SecondWay = "once"     // a code the supervisor gave (mã một lần)
)

// App and the others let a template ask without comparing.
func (s SecondStep) App() bool      { return s.Way == WayApp || s.Way == "" }
func (s SecondStep) Recovery() bool { return s.Way == WayRecovery }
func (s SecondStep) Once() bool     { return s.Way == WayOnce }

// FirstModel makes the first administrator of a machine (lần đầu). Fields: code
// (from the machine's console), name, user, password, again.
type FirstModel struct {
	Shell    Shell
	Form     Form
	Node     string
	Unit     string // of the machine
	Code     Input
	Name     Input
	User     Input
	Password Input
	Again    Input
	Closed   bool // there is somebody already, or the code is too old
}

// UnlockModel is all that a machine shows which started sealed (niêm phong). Field:
// passphrase.
type UnlockModel struct {
	Shell      Shell
	Form       Form
	Node       string
	Passphrase Input
	Stick      bool // it waits for its key file instead
	Opened     bool // it was opened just now and is starting
}
