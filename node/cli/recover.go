package cli

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"gocua/node"
	"gocua/store/command"
)

type recoverCmd struct {
	By      []string `help:"User name of somebody who answers for it, a leader or administrator of the whole cluster; give it twice." placeholder:"USER" env:"GOCUA_BY"`
	Code    []string `help:"Code of the second factor of each of them, in the same order." placeholder:"CODE" env:"GOCUA_CODE"`
	Readmit string   `help:"Let a machine of the old generation back in: write the file it comes back with." placeholder:"NODE" xor:"what" env:"GOCUA_READMIT"`
	Out     string   `help:"File to write, with --readmit." placeholder:"FILE" env:"GOCUA_OUT"`
	Rejoin  string   `help:"Come back with the file that --readmit wrote. Stop the machine first." type:"existingfile" placeholder:"FILE" xor:"what" env:"GOCUA_REJOIN"`
	Missing bool     `help:"List by name what was lost with the old generation: on a machine that came back, as far as it can tell; where the cluster was begun anew, what only the province has." xor:"what" env:"GOCUA_MISSING"`
	Take    bool     `help:"Hand in again what --missing lists and lies here whole." xor:"what" env:"GOCUA_TAKE"`
}

// Help is the longer text of gocua recover --help.
func (recoverCmd) Help() string {
	return `For when more than half of the voters are lost for good: burnt, stolen, dead disks. Machines that are
only switched off must be switched on instead.

  gocua recover                         on the machine that is left: what there is, and what may be lost
  gocua recover --by lan --by hung      two people answer for it with their passwords (two lines on stdin);
                                        and, who has a second factor, with its code, which is asked for
                                        (or --code, one for each of them); then stop the machine and start it again
  gocua recover --readmit ward-2 --out ward-2.back    for each other machine that still works
  gocua recover --rejoin ward-2.back    on that machine, stopped; what it captured is handed in again
  gocua recover --missing               on that machine, running: what is still missing, by name`
}

// Validate keeps halves of a request from doing nothing.
func (c recoverCmd) Validate() error {
	if (c.Readmit == "") != (c.Out == "") {
		return errors.New("--readmit NODE and --out FILE go together")
	}
	return nil
}

func (c recoverCmd) Run(e env) error {
	switch {
	case c.Readmit != "":
		return c.readmit(e)
	case c.Rejoin != "":
		return c.rejoin(e)
	case c.Missing:
		return c.missing(e)
	case c.Take:
		return c.take(e)
	case len(c.By) > 0:
		return c.begin(e)
	}
	var q node.LostQuorum
	if err := e.call(http.MethodGet, "/recover", nil, &q); err != nil {
		return err
	}
	return e.print(q, func(w io.Writer) { showLostQuorum(w, q) })
}

func (c recoverCmd) begin(e env) error {
	if len(c.Code) > len(c.By) {
		return errors.New("more codes than people")
	}
	var people []node.Witness
	in := e
	in.in = byLine{e.in}
	for i, user := range c.By {
		if typed(e.in) {
			fmt.Fprintf(e.err, "Password of %s (it shows as you type): ", user)
		}
		password, err := in.password("", user)
		if err != nil {
			return err
		}
		w := node.Witness{User: user, Password: password}
		if i < len(c.Code) {
			w.Code = c.Code[i]
		}
		people = append(people, w)
	}
	q, err := in.beginBy(people)
	if err != nil {
		return err
	}
	return e.print(q, func(w io.Writer) {
		fmt.Fprintf(w, "Decided: generation %d, without %s.\nNow stop this machine and start it again: %s\nThen for each other machine that works: %s\n",
			q.Generation+1, lostNames(q), e.again("serve"), e.again("recover --readmit NODE --out FILE"))
	})
}

// beginBy asks for a code of the second factor once the machine says that it lacks one:
// until the passwords are right nobody need look at a phone.
func (e env) beginBy(people []node.Witness) (q node.LostQuorum, err error) {
	for {
		err = e.call(http.MethodPost, "/recover", map[string]any{"people": people}, &q)
		i, lacks := lacksCode(err, people)
		if !lacks {
			return q, err
		}
		fmt.Fprintf(e.err, "Code of the second factor of %s: ", people[i].User)
		if people[i].Code, err = e.line(); err != nil {
			return q, fmt.Errorf("reading the code: %w", err)
		}
		if people[i].Code == "" {
			return q, fmt.Errorf("%s signs in with a second factor and no code was given: type it, or give --code", people[i].User)
		}
	}
}

// lacksCode is the person whose code is asked for and was not given.
func lacksCode(err error, people []node.Witness) (i int, lacks bool) {
	var known *command.Error
	if !errors.As(err, &known) || known.Code != "second_required" {
		return 0, false
	}
	_, err = fmt.Sscanf(known.Field, "/people/%d/code", &i)
	return i, err == nil && i >= 0 && i < len(people) && people[i].Code == ""
}

func (c recoverCmd) readmit(e env) error {
	var text []byte
	if err := e.call(http.MethodPost, "/recover/readmit", map[string]string{"node": c.Readmit}, &text); err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, text, 0o600); err != nil {
		return err
	}
	return e.print(map[string]string{"node": c.Readmit, "file": c.Out}, func(w io.Writer) {
		fmt.Fprintf(w, "%s lets %s back in; it holds no secret. There, stopped: gocua recover --rejoin %s\n", c.Out, c.Readmit, c.Out)
	})
}

func (c recoverCmd) rejoin(e env) error {
	if s, err := e.status(); err == nil {
		return fmt.Errorf("machine %s is running in %s; stop it first", s.Node, e.dir)
	}
	if err := node.Rejoin(e.dir, c.Rejoin); err != nil {
		return err
	}
	return e.print(map[string]bool{"rejoined": true}, func(w io.Writer) {
		fmt.Fprintf(w, "Now start the machine: %s\nIt fetches the register, hands in again what was captured on it, and is a standby.\nWhat is missing then: %s\n", e.again("serve"), e.again("recover --missing"))
	})
}

func (c recoverCmd) missing(e env) error {
	var list []node.Missing
	if err := e.call(http.MethodGet, "/recover/missing", nil, &list); err != nil {
		return err
	}
	return e.print(list, func(w io.Writer) {
		whole, there := 0, 0
		for _, m := range list {
			if m.Outcome == "province" {
				there++
			}
			fmt.Fprintf(w, "%8d  %-20s %-12s %-10s %s  %s\n", m.Index, m.Kind, m.Node, m.Unit, m.By, m.About)
			if m.Whole {
				whole++
			}
		}
		fmt.Fprintf(w, "%d missing, %d of them here whole", len(list), whole)
		if whole > 0 {
			fmt.Fprintf(w, "; hand them in again with: %s", e.again("recover --take"))
		}
		if there > 0 {
			fmt.Fprintf(w, ": the province has them. Take them down again here; the line stays stopped until the province has looked")
		}
		fmt.Fprintln(w)
	})
}

func (c recoverCmd) take(e env) error {
	var done node.HandedIn
	if err := e.call(http.MethodPost, "/recover/missing", nil, &done); err != nil {
		return err
	}
	return e.print(done, func(w io.Writer) {
		fmt.Fprintf(w, "%d handed in again.\n", done.Sent)
		if done.Refused > 0 {
			fmt.Fprintf(w, "%d refused, such as what was captured on a machine that has been shut out since. Take them down again here: %s\n", done.Refused, e.again("recover --missing"))
		}
	})
}

func showLostQuorum(w io.Writer, q node.LostQuorum) {
	fmt.Fprintf(w, "%d of %d voters answer, %d are needed: %s\n", len(q.Answering), q.Voters, q.Need, strings.Join(q.Answering, ", "))
	for _, m := range q.Lost {
		switch {
		case m.Ago < 0:
			fmt.Fprintf(w, "  %s (%s) has not been heard since this machine was started\n", m.Node, m.Unit)
		case m.Behind == 0:
			fmt.Fprintf(w, "  %s (%s), silent for %s, had nothing then that is not here\n", m.Node, m.Unit, ago(m.Ago))
		default:
			fmt.Fprintf(w, "  %s (%s), silent for %s, had %d entries then that are not here\n", m.Node, m.Unit, ago(m.Ago), m.Behind)
		}
	}
	fmt.Fprintf(w, "Here: agreed to entry %d; the log ends at %d", q.Applied, q.Last)
	if q.Last > q.Applied {
		fmt.Fprintf(w, ", and what lies between will count as agreed")
	}
	fmt.Fprintf(w, ".\nWhat only the machines above had is lost until one of their disks is found again.\n")
	fmt.Fprintf(w, "Two of these people have to answer for it: %s\n", strings.Join(q.People, ", "))
	if why := againstRecovery[q.Refuse]; why != "" {
		fmt.Fprintf(w, "NOT POSSIBLE NOW: %s\n", why)
	} else if q.Further != "" {
		fmt.Fprintf(w, "%s has more than this machine.\n", q.Further)
	}
}

var againstRecovery = map[string]string{
	"quorum_there":     "enough voters can be reached; nothing must be begun anew",
	"not_furthest":     "another machine that answers has more; recover there",
	"no_authority":     "the key of the cluster is not here: put the copy of ca.json from the safe into this machine's directory",
	"register_stopped": "this machine has stopped applying; its register is not fit to go on from",
}

func lostNames(q node.LostQuorum) string {
	names := make([]string, len(q.Lost))
	for i, m := range q.Lost {
		names[i] = m.Node
	}
	return strings.Join(names, ", ")
}

func ago(ms int64) string { return (time.Duration(ms) * time.Millisecond).Round(time.Second).String() }

// byLine hands out one line at a time: whoever reads the first must not swallow
// the second.
type byLine struct{ in io.Reader }

func (b byLine) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return b.in.Read(p[:1])
}
