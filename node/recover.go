package node

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"gocua/node/auth"
	"gocua/node/trust"
	"gocua/store/civic"
	"gocua/store/command"
)

var errNoAuthority = errors.New("node: this machine does not hold the authority of the cluster; put a copy of ca.json into its directory")

// LostQuorum is what is known on this machine when too few voters are left: what
// `gocua recover` shows before anything is done.
type LostQuorum struct {
	Node       string        `json:"node"`
	Generation int           `json:"generation"`
	Voters     int           `json:"voters"`
	Need       int           `json:"need"`
	Answering  []string      `json:"answering"` // voters, this machine among them if it is one
	Further    string        `json:"further"`   // a machine that answers and has more than this one; empty: none
	Applied    uint64        `json:"applied"`   // agreed for certain up to here
	Last       uint64        `json:"last"`      // the log ends here: what lies between will count as agreed
	Lost       []LostMachine `json:"lost"`
	Authority  bool          `json:"authority"` // the key of the cluster is here
	People     []string      `json:"people"`    // user names of whom two must answer for it
	Refuse     string        `json:"refuse"`    // code of what stands against it; empty: nothing
}

// LostMachine is a voter that does not answer.
type LostMachine struct {
	Node   string `json:"node"`
	Unit   string `json:"unit"`
	Index  uint64 `json:"index"`     // how far it was when this machine last heard it; 0: not since this machine's start
	Ago    int64  `json:"silent_ms"` // since then; -1: not since this machine's start
	Behind uint64 `json:"behind"`    // how many entries it then had that this machine lacks
}

// What stands against a recovery.
const (
	refuseQuorum    = "quorum_there"
	refuseFurther   = "not_furthest"
	refuseAuthority = "no_authority"
	refuseStopped   = "register_stopped"
)

// LostQuorum asks every member whether it is there. It changes nothing.
func (n *Node) LostQuorum(ctx context.Context) (LostQuorum, error) {
	members, _ := n.raft.Members()
	stats := n.raft.Stats()
	q := LostQuorum{Node: n.id.Node, Generation: n.id.Generation, Answering: []string{}, Lost: []LostMachine{}, Last: stats.Last}
	q.Applied, _ = n.reg.Applied()
	q.Last = max(q.Last, q.Applied)
	answers := make([]*hello, len(members))
	var asking sync.WaitGroup
	for i, m := range members {
		if m.ID != n.id.Node {
			asking.Go(func() {
				if said, err := n.askHello(ctx, m, pathHello); err == nil {
					answers[i] = &said
				}
			})
		}
	}
	asking.Wait()
	r := n.reg.Read()
	defer r.Close()
	most := q.Applied
	for i, m := range members {
		said := answers[i]
		if m.Voter {
			q.Voters++
		}
		switch {
		case m.ID == n.id.Node || said != nil && said.Stopped == "": // one that has stopped agrees to nothing
			if m.Voter {
				q.Answering = append(q.Answering, m.ID)
			}
		case m.Voter:
			q.Lost = append(q.Lost, n.lostMachine(r, m.ID, q.Applied))
		}
		if said != nil && said.Index > most {
			most, q.Further = said.Index, m.ID
		}
	}
	q.Need = q.Voters/2 + 1
	for _, o := range civic.Rebuilders(r) {
		q.People = append(q.People, o.User)
	}
	_, err := trust.LoadCA(n.cfg.Dir)
	if q.Authority = err == nil; err != nil && !errors.Is(err, fs.ErrNotExist) {
		return q, err
	}
	q.Refuse = n.againstRecovery(q)
	return q, r.Err()
}

func (n *Node) againstRecovery(q LostQuorum) string {
	leader, _, _ := n.Leader()
	switch {
	case leader != "" || len(q.Answering) >= q.Need:
		return refuseQuorum
	case n.reason() != nil:
		return refuseStopped
	case q.Further != "":
		return refuseFurther
	case !q.Authority:
		return refuseAuthority
	}
	return ""
}

func (n *Node) lostMachine(v command.View, node string, applied uint64) LostMachine {
	known, _ := civic.Load[civic.Node](v, civic.TypeNode, command.Key(node))
	m := LostMachine{Node: node, Unit: known.Unit, Ago: -1}
	if h, ok := n.near.of(node); ok {
		m.Index, m.Ago = h.said.Index, max(0, n.cfg.Clock().Sub(h.at).Milliseconds())
		m.Behind = m.Index - min(m.Index, applied)
	}
	return m
}

// Witness is one of the people who answer for a recovery.
type Witness struct {
	User     string `json:"user"`
	Password string `json:"password"`
	Code     string `json:"code,omitempty"` // of the second factor
}

// Recover notes that this machine is to go on as the only voter, in a new
// generation; its next start carries it out. Errors: quorum_there, not_furthest,
// no_authority, register_stopped, two_people, not_theirs, and those of signing in;
// second_required names in its field whose code is missing.
func (n *Node) Recover(ctx context.Context, people []Witness) (LostQuorum, error) {
	q, err := n.LostQuorum(ctx)
	if err != nil {
		return q, err
	}
	if err := refused(q); err != nil {
		return q, err
	}
	by, err := n.witnesses(ctx, people)
	if err != nil {
		return q, err
	}
	r := n.reg.Read()
	wrong := civic.MayRebuild(r, by)
	r.Close()
	if wrong != nil {
		return q, wrong
	}
	rec := &recovery{Generation: q.Generation + 1, By: by}
	for _, m := range q.Lost {
		rec.Lost = append(rec.Lost, m.Node)
	}
	n.log.Warn("two people have decided to begin the cluster anew; the next start does it", "generation", rec.Generation, "lost", rec.Lost)
	return q, rec.save(n.cfg.Dir)
}

// witnesses are the people who answer for it, each of whom has proved it. Whose code is
// missing is found before any code is used up.
func (n *Node) witnesses(ctx context.Context, people []Witness) (by []command.ID, err error) {
	for _, withCode := range []bool{false, true} {
		for i, p := range people {
			if withCode != (p.Code != "") {
				continue
			}
			o, err := n.auth.Witness(ctx, p.User, p.Password, p.Code)
			var lacks *auth.SecondRequired
			switch {
			case errors.As(err, &lacks):
				return nil, &command.Error{Class: command.Forbidden, Code: "second_required", Field: fmt.Sprintf("/people/%d/code", i),
					Message: p.User + " signs in with a second factor: the code of it is needed as well"}
			case err != nil:
				return nil, err
			case slices.Contains(by, o.ID):
				return nil, command.Errorf(command.Invalid, "two_people", "%s cannot answer for it twice", p.User)
			}
			by = append(by, o.ID)
		}
	}
	return by, nil
}

// refused is the error for what stands against a recovery.
func refused(q LostQuorum) error {
	switch q.Refuse {
	case refuseQuorum:
		return command.Errorf(command.Conflicting, refuseQuorum, "enough voters can be reached (%d of %d, %d needed): the cluster can agree, nothing must be begun anew", len(q.Answering), q.Voters, q.Need)
	case refuseFurther:
		return command.Errorf(command.Conflicting, refuseFurther, "machine %s has more than this one; recover there, or less would be kept than there is", q.Further)
	case refuseAuthority:
		return command.Errorf(command.Conflicting, refuseAuthority, "the key of the cluster is not on this machine: put the copy of ca.json from the safe into its directory")
	case refuseStopped:
		return command.Errorf(command.Conflicting, refuseStopped, "this machine has stopped applying what is agreed; its register is not fit to go on from")
	}
	return nil
}

// Readmit makes the file with which a machine of the old generation comes back, as a
// standby: whoever asks writes it, for this machine may not write wherever they may.
// Only the machine that holds the authority can.
func (n *Node) Readmit(node string) ([]byte, error) {
	ca, err := trust.LoadCA(n.cfg.Dir)
	if err != nil {
		return nil, errors.Join(errNoAuthority, err)
	}
	if n.recovery == nil || !n.recovery.began() || ca.Generation != n.id.Generation {
		return nil, command.Errorf(command.Conflicting, "not_recovered", "this cluster was not begun anew on this machine; a new machine is invited")
	}
	r := n.reg.Read()
	defer r.Close()
	known, ok := civic.Load[civic.Node](r, civic.TypeNode, command.Key(node))
	switch {
	case !ok || node == n.id.Node:
		return nil, command.Errorf(command.NotFound, "unknown_node", "there is no machine %s to let back in", node)
	case known.Denied:
		return nil, command.Errorf(command.Forbidden, "denied_node", "machine %s has been shut out", node)
	}
	cert, err := ca.Certify(node, known.Key, n.cfg.Clock())
	if err != nil {
		return nil, err
	}
	return trust.Readmission{Cert: cert, Peers: []string{n.door.Addr()}, From: n.recovery.From}.Text(node)
}
