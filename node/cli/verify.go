package cli

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"gocua/node"
	"gocua/store/command"
)

type verifyCmd struct {
	Head []string `help:"A head of this cluster's chain as the province has it, SEQ:HASH, to compare with." placeholder:"SEQ:HASH" env:"GOCUA_HEAD"`
}

// Help is the longer text of gocua verify --help.
func (verifyCmd) Help() string {
	return "Recomputes the chain of everything that was decided, compares it with the changes, outcomes and records, with the heads that went to the province, " +
		"and with the journals of who looked at whom. On a machine that runs it asks that one; else it reads the directory. Exit code 1: something was altered."
}

// errAltered is the exit code; what is wrong has been printed.
var errAltered = errors.New("the register or a journal is not what it was; see above")

func (c verifyCmd) Run(e env) error {
	v, err := c.verify(e)
	if err != nil {
		return err
	}
	if err := e.print(v, func(w io.Writer) { showVerification(w, v) }); err != nil {
		return err
	}
	if !v.OK {
		return errAltered
	}
	return nil
}

func (c verifyCmd) verify(e env) (v node.Verification, err error) {
	var told []command.AuditHead
	for _, text := range c.Head {
		h, err := node.ParseHead(text)
		if err != nil {
			return v, err
		}
		told = append(told, h)
	}
	if _, err := e.status(); err == nil {
		return v, e.call(http.MethodGet, "/verify?"+url.Values{"head": c.Head}.Encode(), nil, &v)
	}
	v, err = node.VerifyDir(e.ctx, e.dir, told)
	if errors.Is(err, node.ErrNoRegister) {
		return v, fmt.Errorf("there is no register in %s", e.dir)
	}
	return v, err
}

func showVerification(w io.Writer, v node.Verification) {
	verdict := "OK"
	if !v.OK {
		verdict = "WRONG"
	}
	fmt.Fprintf(w, "%s  %s of cluster %s: %d entries, %d changes, %d records, %d heads compared, in %s\n", verdict, v.Node, v.Cluster, v.Entries, v.Feed, v.Records,
		v.Anchors, (time.Duration(v.Took) * time.Millisecond).Round(time.Millisecond))
	fmt.Fprintf(w, "head %d:%s\n", v.Entries, v.Head)
	if f := v.Fault; f != nil {
		switch {
		case f.Seq > 0:
			fmt.Fprintf(w, "WRONG at entry %d: %s\n", f.Seq, f.What)
		case f.Key != "":
			fmt.Fprintf(w, "WRONG at record %d %s: %s\n", f.Type, f.Key, f.What)
		default:
			fmt.Fprintf(w, "WRONG: %s\n", f.What)
		}
	}
	if v.Blocks != "" {
		fmt.Fprintf(w, "WRONG on the disk: %s\n", v.Blocks)
	}
	for _, m := range v.Merged {
		fmt.Fprintf(w, "  looks of %-16s %d merged", m.Node, m.Looks)
		if m.Gone > 0 || m.Anew > 0 {
			fmt.Fprintf(w, ", %d could not be read, journal begun anew %d times", m.Gone, m.Anew)
		}
		if m.Wrong > 0 {
			fmt.Fprintf(w, ", WRONG at look %d", m.Wrong)
		}
		fmt.Fprintln(w)
	}
	if j := v.Journal; j != nil {
		fmt.Fprintf(w, "  journal of this machine: looks %d to %d\n", j.First, j.Last)
		for _, f := range j.Faults {
			fmt.Fprintf(w, "  WRONG at look %d: %s\n", f.Seq, f.What)
		}
	}
	for _, h := range v.Heads {
		fmt.Fprintf(w, "  cluster %-8s head %d:%s from %d parcels, last %s", h.Cluster, h.Seq, h.Hash, h.Count, orNone(h.At))
		if h.Wrong != "" {
			fmt.Fprintf(w, ", WRONG: %s", h.Wrong)
		}
		fmt.Fprintln(w)
	}
}
