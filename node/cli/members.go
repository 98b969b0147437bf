package cli

import (
	"fmt"
	"io"
	"net/http"
	"time"

	"gocua/node/lookup"
	"gocua/node/voting"
)

type membersCmd struct {
	List     membersListCmd     `cmd:"" default:"1" help:"List the machines with what they are, when they were heard and how often they answer."`
	Advise   membersAdviseCmd   `cmd:"" help:"Say the next step towards 1, 3 or 5 good voters."`
	Promote  membersPromoteCmd  `cmd:"" help:"Let a standby vote."`
	Demote   membersDemoteCmd   `cmd:"" help:"Make a voter a standby: it has everything and decides nothing."`
	Transfer membersTransferCmd `cmd:"" help:"Have another voter lead, before this machine is stopped on purpose."`
	Remove   membersRemoveCmd   `cmd:"" help:"Take a machine out for good. What still waits on it is not taken any more: let it finish first."`
}

type membersListCmd struct{}

func (membersListCmd) Run(e env) error {
	all, err := e.members()
	if err != nil {
		return err
	}
	return e.print(all, func(w io.Writer) {
		fmt.Fprintf(w, "%-16s %-8s %-8s %-14s %-9s %-20s %-11s %-22s %s\n", "machine", "unit", "is", "heard", "14 days", "key", "certificate", "address", "build")
		for _, m := range all.Members {
			fmt.Fprintf(w, "%-16s %-8s %-8s %-14s %-9s %-20s %-11s %-22s %s", m.Node, m.Unit, m.Role, heardAgo(m), shareOf(m), m.Key, daysOf(m, time.Now()), m.Addr, m.Version)
			if m.To != "" {
				fmt.Fprintf(w, "  (on its way to be: %s)", m.To)
			}
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, advice(all.Advice))
	})
}

func (e env) members() (all lookup.Membership, err error) {
	return all, e.call(http.MethodGet, "/members", nil, &all)
}

func heardAgo(m lookup.MemberLine) string {
	switch {
	case m.Self:
		return "this machine"
	case m.LastContact < 0:
		return "never"
	}
	return ago(m.LastContact) + " ago"
}

func shareOf(m lookup.MemberLine) string {
	if m.Self || m.Looks == 0 {
		return "-"
	}
	return fmt.Sprintf("%d.%d %%", m.Share/10, m.Share%10)
}

// daysOf is how long a machine's certificate still holds.
func daysOf(m lookup.MemberLine, now time.Time) string {
	if days, ok := m.CertificateDays(now); ok {
		return fmt.Sprintf("%d days", days)
	}
	return "-"
}

type membersAdviseCmd struct{}

func (membersAdviseCmd) Run(e env) error {
	all, err := e.members()
	if err != nil {
		return err
	}
	return e.print(all.Advice, func(w io.Writer) {
		fmt.Fprintln(w, advice(all.Advice))
		if all.Advice.Do != "" {
			fmt.Fprintf(w, "%s\n", e.again("members "+all.Advice.Do+" "+all.Advice.Node))
		}
	})
}

// advice is an advice in a sentence.
func advice(a voting.Advice) string {
	text := fmt.Sprintf("%d vote, %d should.", a.Voters, a.Want)
	switch a.Why {
	case voting.WhyGood:
		text = fmt.Sprintf("%d vote: good.", a.Voters)
	case voting.WhyMore:
		text += fmt.Sprintf(" Let %s vote: of those that do not, it answers most often.", a.Node)
	case voting.WhyBetter:
		text += fmt.Sprintf(" %s answers far more often than one that votes: let it vote, then the other need not.", a.Node)
	case voting.WhyFewer:
		text += fmt.Sprintf(" Make %s a standby: it answers least often.", a.Node)
	case voting.WhyUnderWay:
		text += fmt.Sprintf(" A change about %s is under way.", a.Node)
	case voting.WhyNotSafe:
		text += " Too many machines are off for any change; look again when they are on."
	case voting.WhyTooShort:
		text += " Not all have been looked at long enough to say more."
	case voting.WhyEven:
		text += " An even number stands no more than one less."
		if a.Node != "" {
			text += fmt.Sprintf(" Make %s a standby: it answers least often.", a.Node)
		}
	case voting.WhyTwoIsNone:
		text += " With two, either one that is off stops both: one or three."
	}
	if a.Voters > 1 && a.Spare >= 0 {
		text += fmt.Sprintf(" %d more may be off now.", a.Spare)
	}
	return text
}

type membersPromoteCmd struct {
	Node string `arg:"" help:"Name of the machine."`
}

func (c membersPromoteCmd) Run(e env) error { return e.changeMember(voting.Promote, c.Node) }

type membersDemoteCmd struct {
	Node string `arg:"" help:"Name of the machine."`
}

func (c membersDemoteCmd) Run(e env) error { return e.changeMember(voting.Demote, c.Node) }

type membersRemoveCmd struct {
	Node string `arg:"" help:"Name of the machine."`
}

func (c membersRemoveCmd) Run(e env) error { return e.changeMember(voting.Remove, c.Node) }

type membersTransferCmd struct {
	Node string `arg:"" optional:"" help:"Name of the machine that is to lead; without it, whichever has most."`
}

func (c membersTransferCmd) Run(e env) error {
	if err := e.call(http.MethodPost, "/members", map[string]string{"do": "transfer", "node": c.Node}, nil); err != nil {
		return err
	}
	return e.print(struct {
		Transferred bool `json:"transferred"`
	}{true}, func(w io.Writer) {
		fmt.Fprintln(w, "Done: another machine leads. This one can be stopped.")
	})
}

func (e env) changeMember(do, name string) error {
	var done struct {
		Warn string `json:"warn"`
	}
	if err := e.call(http.MethodPost, "/members", map[string]string{"do": do, "node": name}, &done); err != nil {
		return err
	}
	return e.print(done, func(w io.Writer) {
		fmt.Fprintf(w, "Done: %s.\n", map[string]string{voting.Promote: name + " votes", voting.Demote: name + " is a standby", voting.Remove: name + " is out of the cluster"}[do])
		switch done.Warn {
		case voting.WhyEven:
			fmt.Fprintln(w, "Note: an even number of voters stands no more than one less. Make it 1, 3 or 5: see gocua members advise")
		case voting.WhyTwoIsNone:
			fmt.Fprintln(w, "Note: with two voters, either one that is off stops both. Go on to three soon: see gocua members advise")
		}
	})
}
