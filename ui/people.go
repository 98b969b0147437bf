package ui

import "time"

// ResidentsModel is the list of residents (nhân khẩu), searched and filtered by
// its address: q, hamlet, bucket, cursor.
type ResidentsModel struct {
	Shell   Shell
	Query   string
	Hamlets []Option // the first one, with value "", is all of them
	Bucket  string   // chosen; sent on as a hidden field
	Scope   string   // "24 người khớp “hoa” trong tổ 12", the line under the head
	Rows    []ResidentRow
	Gap     *Gap // instead of rows
	Pager   Pager
	Ladder  []Count // bucket counts, each a link
	Off     []Count
	Pending int    // rows only on this machine, not in the counts
	New     string // where a new resident is registered; empty: may not
	Export  string // where the list is exported; empty: may not
	More    Narrow
	Letters []Link   // where the list is entered at a letter; none: it is short, or a search
	Lists   []Listed // filters with a name
	Save    string   // where this filter gets a name; empty: there is nothing to keep
	Pick    *Pick    // nil: nothing can be done to several
	Wrong   *Banner  // why the list is not filtered as it was asked
	Answer  bool     // to a page that is open: what depends on the filter takes its place there

	Building *Building // nil: everybody is found by name
}

// Building is how far the names of the register have been read since the machine
// was started; the results at Href are asked for again until they all are.
type Building struct {
	Read, Of int
	Href     string
}

// Narrow are the fields behind "Lọc thêm".
type Narrow struct {
	Open                                                 bool
	From, To                                             Input
	Sex, Number, Phone, House, Eligible, Visits, Outcome Input
}

// Listed is a filter with a name, as a link.
type Listed struct {
	Text, Href string
	Note       string // whose it is
	Current    bool
	Edit       string // where it is changed; empty: it is somebody else's
}

// Pick is what can be done to the people who are ticked (việc cho nhiều người).
type Pick struct {
	Token                      string
	Hidden                     []Hidden // which list, for all of it
	All                        int      // people of the list, if they can be taken at once; 0: too many
	Tick                       string   // where the page is shown with everybody ticked
	Ticked                     bool
	Print, Export, Visit, Move string // where each is asked for; empty: may not
}

// Hidden is a field that goes along unseen.
type Hidden struct{ Name, Value string }

// People are the rows of a table, and whether they can be ticked.
type People struct {
	Rows []ResidentRow
	Pick *Pick
}

// People are the rows as the part "people" takes them.
func (m ResidentsModel) People() People { return People{m.Rows, m.Pick} }

// ResidentRow is one person of a list.
type ResidentRow struct {
	Href    string
	Key     string // what is ticked
	Name    Name
	About   string // "1958 · nữ · chủ hộ"
	Address string
	Hamlet  string
	Number  string // masked; empty: unknown
	Phone   string // masked; empty: none
	Chip    Chip
	Why     string // why blocked, when invited, …
	Visited string // "09/08 19:52"; empty: never
	Outcome string // of the last visit
	Tag     string // "lần 3"
	Late    bool
	Dots    Dots
	Pencil  bool // only on this machine
	Near    bool // not what was typed, but perhaps meant
}

// Pager goes through a list by cursor.
type Pager struct {
	Text              string // "1–50 trong 1.208 người"
	First, Prev, Next string // addresses; empty: none
	More              string // what the next page is called; empty: "Trang sau"
}

// ResidentModel is the page of one person.
type ResidentModel struct {
	Shell     Shell
	Name      string
	About     string // "Sinh 17/03/1955 · nữ · Kinh"
	Hamlet    Link
	Chip      Chip
	Pencil    bool // registered or edited here, not agreed yet
	Moving    bool // only where the person stands is not agreed yet
	Latest    string
	Steps     Tracked // delivery of the latest application; no steps: none
	History   []Event
	Total     int    // events in all
	Older     string // where older events are; empty: none
	Facts     []Fact
	Household *HouseholdBox // nil: in none
	Closed    bool          // looked at in an emergency: the household is not open with them
	Level1    Action
	Visit     Action
	Activate  Action
	Edit      Action
	Reveal    string // where Fact.Reveal is posted (field), and logged; empty: may not
	Token     string // CSRF, for Reveal
}

// Action is something that can be done from here; an empty Href says why it
// cannot.
type Action struct {
	Href, Why string
}

// HouseholdBox is a household in the margin.
type HouseholdBox struct {
	Address string
	Href    string
	Note    string // "Tổ 12 · gặp được sau 19:30"
	Members []Member
}

// Member is a person of a household.
type Member struct {
	Href    string
	Name    Name
	Year    string
	About   string // "nữ · chủ hộ"
	Chip    Chip
	Phone   string // masked
	Current bool
	Pencil  bool
}

// HouseholdModel is the page of one household (hộ).
type HouseholdModel struct {
	Shell   Shell
	Address string
	Hamlet  Link
	Note    string // "Đã đến 3 lần · lần cuối 07/08, không ai ở nhà"
	Attempt string // "lần 3"; empty: never visited
	Late    bool
	Pencil  bool
	Members []Member
	Visits  []Event
	Facts   []Fact
	Visit   Action
	Add     Action // register another person here
	Near    []Link // doors before and after
	Change  HouseholdActs
	Kin     HouseholdKin
}

// Visited is a former visit, in short.
type Visited struct {
	At   time.Time
	Text string
}
