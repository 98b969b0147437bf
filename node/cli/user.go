package cli

import (
	"fmt"
	"io"
	"net/http"
	"net/url"

	"gocua/node"
	"gocua/node/auth"
	"gocua/store/civic"
	"gocua/store/command"
)

type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Let somebody sign in."`
	Passwd  userPasswdCmd  `cmd:"" help:"Give somebody a new password."`
	List    userListCmd    `cmd:"" help:"List who may sign in."`
	Disable userDisableCmd `cmd:"" help:"Withdraw somebody's grant."`
	Reset   userResetCmd   `cmd:"" help:"Give somebody a code to sign in with once, for a lost password or second factor."`
}

type userAddCmd struct {
	User     string `arg:"" help:"User name."`
	Name     string `help:"Full name." required:"" env:"GOCUA_NAME"`
	Role     string `help:"One of ${enum}." enum:"helper,officer,station,supervisor,leader,province,auditor,admin" required:"" env:"GOCUA_ROLE"`
	Unit     string `help:"Code of the unit they work in." required:"" env:"GOCUA_UNIT"`
	From     string `help:"First day they may work, YYYY-MM-DD." placeholder:"DAY" env:"GOCUA_FROM"`
	Until    string `help:"Last day they may work, YYYY-MM-DD." placeholder:"DAY" env:"GOCUA_UNTIL"`
	Password string `help:"First password, 12 characters or more. Asked for if not given; others on this computer can read a command line." env:"GOCUA_PASSWORD"`
}

func (c userAddCmd) Run(e env) error {
	o := civic.Officer{ID: command.NewID(), User: c.User, Name: c.Name, Role: civic.Role(c.Role), Unit: c.Unit, From: c.From, Until: c.Until}
	password, err := e.password(c.Password, c.User)
	if err != nil {
		return err
	}
	if err := e.ready(); err != nil {
		return err
	}
	if err := e.put(o, password); err != nil {
		return err
	}
	return e.print(o, func(w io.Writer) { fmt.Fprintf(w, "%s may sign in as %s of %s.\n", c.User, c.Role, c.Unit) })
}

type userPasswdCmd struct {
	User     string `arg:"" help:"User name."`
	Password string `help:"New password, 12 characters or more. Asked for if not given; others on this computer can read a command line." env:"GOCUA_PASSWORD"`
}

func (c userPasswdCmd) Run(e env) error {
	o, err := e.officer(c.User)
	if err != nil {
		return err
	}
	password, err := e.password(c.Password, c.User)
	if err != nil {
		return err
	}
	if err := e.put(o, password); err != nil {
		return err
	}
	return e.print(o, func(w io.Writer) {
		fmt.Fprintf(w, "%s has a new password.\n", c.User)
		if o.Disabled {
			fmt.Fprintln(w, "The grant is withdrawn all the same: nobody can sign in as them.")
		}
	})
}

type userDisableCmd struct {
	User string `arg:"" help:"User name."`
}

func (c userDisableCmd) Run(e env) error {
	o, err := e.officer(c.User)
	if err != nil {
		return err
	}
	o.Disabled = true
	if err := e.put(o, ""); err != nil {
		return err
	}
	return e.print(o, func(w io.Writer) { fmt.Fprintf(w, "%s may not sign in any more.\n", c.User) })
}

type userResetCmd struct {
	User string `arg:"" help:"User name."`
	Lost string `help:"What they lost: ${enum}." enum:"password,second" default:"password" env:"GOCUA_LOST"`
}

// Run prints the code once; nobody can read it again.
func (c userResetCmd) Run(e env) error {
	var code node.OneTime
	if err := e.ready(); err != nil {
		return err
	}
	if err := e.call(http.MethodPost, "/officers/"+url.PathEscape(c.User)+"/code"+query("lost", c.Lost), nil, &code); err != nil {
		return err
	}
	return e.print(code, func(w io.Writer) {
		instead := "instead of the password, and then chooses a new one"
		if c.Lost == civic.LostSecond {
			instead = "as the code of the second factor, and then sets up another one"
		}
		fmt.Fprintf(w, "%s\n%s types it once, before %s, %s.\n", code.Code, c.User, code.Until.Format("15:04"), instead)
	})
}

type userListCmd struct{}

func (userListCmd) Run(e env) error {
	all, err := e.officers()
	if err != nil {
		return err
	}
	return e.print(all, func(w io.Writer) {
		for _, o := range all {
			state := ""
			if o.From != "" || o.Until != "" {
				state = "  " + o.From + ".." + o.Until
			}
			if o.Second != nil {
				state += "  second factor"
			}
			if o.Disabled {
				state += "  withdrawn"
			}
			fmt.Fprintf(w, "%-20s %-12s %-10s %s%s\n", o.User, o.Role, o.Unit, o.Name, state)
		}
	})
}

// officers lists everybody who was ever let sign in.
func (e env) officers() (all []civic.Officer, err error) {
	if err := e.ready(); err != nil {
		return nil, err
	}
	return all, e.call(http.MethodGet, "/officers", nil, &all)
}

// officer finds one officer by user name.
func (e env) officer(user string) (civic.Officer, error) {
	all, err := e.officers()
	if err != nil {
		return civic.Officer{}, err
	}
	for _, o := range all {
		if o.User == user {
			return o, nil
		}
	}
	return civic.Officer{}, command.Errorf(command.NotFound, "unknown_officer", "nobody signs in as %s", user)
}

// put has an officer registered; an empty password leaves theirs as it is.
func (e env) put(o civic.Officer, password string) error {
	body := civic.PutOfficer{ID: o.ID, User: o.User, Name: o.Name, Role: o.Role, Unit: o.Unit, Disabled: o.Disabled, From: o.From, Until: o.Until}
	if password != "" {
		if err := auth.CheckNewPassword(o.User, password); err != nil {
			return err
		}
		hash, err := auth.HashPassword(password)
		if err != nil {
			return err
		}
		body.Hash = hash
	}
	return e.ask("officer.put", "", body)
}
