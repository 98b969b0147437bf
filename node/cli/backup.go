package cli

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocua/node"
	"gocua/node/backup"
)

type backupCmd struct {
	Make       backupMakeCmd       `cmd:"" default:"withargs" help:"Back up the running machine (this is what gocua backup does)."`
	Verify     backupVerifyCmd     `cmd:"" help:"Restore a backup into a scratch directory and compare it."`
	Recipients backupRecipientsCmd `cmd:"" help:"Show or set who can open the nightly backups, when and where they are made."`
	Key        backupKeyCmd        `cmd:"" help:"Make a key pair: the secret part is printed and locked away, the public part names a recipient."`
}

// Help is the longer text of gocua backup --help.
func (backupCmd) Help() string {
	return `Once: make a key, print it, lock it away, and tell the machine whom to seal to:

  gocua backup key
  gocua backup recipients age1…

From then on a backup is made every night at 19:30 and tried out at once. By hand:

  gocua backup --into /media/usb
  gocua backup verify FILE --key KEYFILE`
}

type backupMakeCmd struct {
	Out  string   `help:"File to write." placeholder:"FILE" xor:"where" env:"GOCUA_OUT"`
	To   []string `help:"Who can open it (age1…); else as set with gocua backup recipients." placeholder:"AGE1" env:"GOCUA_TO"`
	Into string   `name:"into" help:"Directory to write it into, under a name of its own." placeholder:"DIR" xor:"where" env:"GOCUA_INTO"`
}

func (c backupMakeCmd) Run(e env) error {
	o := node.BackupOrder{To: c.To}
	if c.Out != "" {
		o.File = absolute(c.Out)
	}
	if c.Into != "" {
		o.Dir = absolute(c.Into)
	}
	var done node.BackupDone
	if err := e.call(http.MethodPost, "/backup", o, &done); err != nil {
		return err
	}
	return e.print(done, func(w io.Writer) {
		fmt.Fprintf(w, "%s\n", done.File)
		showBackup(w, done.Header)
		if done.Verified {
			fmt.Fprintln(w, "tried out: restored into a scratch directory and found equal")
			return
		}
		fmt.Fprintln(w, "NOT tried out: the disk has no room for it. On another computer: gocua backup verify FILE --key KEYFILE")
	})
}

func showBackup(w io.Writer, h backup.Header) {
	fmt.Fprintf(w, "%s of cluster %s, generation %d, by %s at %s\n%d records to entry %d, content %.16s, %d bytes\n",
		h.Tier, h.Cluster, h.Generation, h.Node, h.Time.Local().Format("2006-01-02 15:04"), h.Records, h.Index, h.Content, h.FileSize())
}

type backupVerifyCmd struct {
	File    string `arg:"" help:"The backup." type:"existingfile"`
	Key     string `help:"File with the secret key that opens it." placeholder:"KEYFILE" required:"" env:"GOCUA_KEY"`
	Scratch string `help:"Directory with room for the register; the system's for temporary files if not given." placeholder:"DIR" env:"GOCUA_SCRATCH"`
}

func (c backupVerifyCmd) Run(e env) error {
	began := time.Now()
	h, err := node.VerifyBackup(e.ctx, c.File, c.Key, c.Scratch)
	if err != nil {
		return err
	}
	took := time.Since(began)
	return e.print(map[string]any{"ok": true, "took_ms": took.Milliseconds(), "header": h}, func(w io.Writer) {
		showBackup(w, h)
		fmt.Fprintf(w, "restored in %s and found equal: this backup holds\n", took.Round(100*time.Millisecond))
	})
}

type backupRecipientsCmd struct {
	To   []string `arg:"" optional:"" help:"Public keys (age1…) of all who can open the backups; they take the place of those set before."`
	At   string   `help:"When the nightly backup is made, at UTC+7." placeholder:"19:30" env:"GOCUA_AT"`
	Into string   `help:"Directory for the nightly backups, such as another disk; usual for backups/ in the machine's directory." placeholder:"DIR|usual" env:"GOCUA_INTO"`
}

func (c backupRecipientsCmd) Run(e env) error {
	if _, err := os.Stat(e.dir); err != nil {
		return fmt.Errorf("%s holds no machine", e.dir)
	}
	plan, err := backup.LoadPlan(e.dir)
	if err != nil {
		return err
	}
	if len(c.To) > 0 {
		plan.Recipients = c.To
	}
	if c.At != "" {
		plan.At = c.At
	}
	switch c.Into {
	case "":
	case "usual":
		plan.Dir = ""
	default:
		plan.Dir = absolute(c.Into)
	}
	if len(c.To) > 0 || c.At != "" || c.Into != "" {
		if err := plan.Save(e.dir); err != nil {
			return err
		}
		if plan, err = backup.LoadPlan(e.dir); err != nil {
			return err
		}
	}
	return e.print(plan, func(w io.Writer) {
		if len(plan.Recipients) == 0 {
			fmt.Fprintln(w, "nobody could open a backup, so none is made. Make a key with: gocua backup key")
			return
		}
		fmt.Fprintf(w, "every night at %s (UTC+7) into %s, for\n  %s\n", plan.At, plan.Dir, strings.Join(plan.Recipients, "\n  "))
	})
}

type backupKeyCmd struct {
	Out string `help:"Write the secret part to a file outside the machine's directory, such as on a USB stick, instead of showing it." placeholder:"FILE" env:"GOCUA_OUT"`
}

func (c backupKeyCmd) Run(e env) error {
	if inside(absolute(e.dir), absolute(c.Out)) && c.Out != "" {
		return errors.New("whoever steals this machine would have the key of its backups: write it to a USB stick, or leave --out away and print it")
	}
	public, secret, err := backup.NewKey()
	if err != nil {
		return err
	}
	answer := map[string]string{"recipient": public}
	if c.Out == "" {
		answer["secret"] = secret
	} else if err := writeKey(c.Out, public, secret); err != nil {
		return err
	}
	return e.print(answer, func(w io.Writer) {
		if c.Out == "" {
			fmt.Fprintf(w, "secret key, to print and lock away; it is kept nowhere on this machine:\n\n  %s\n\n", secret)
		} else {
			fmt.Fprintf(w, "the secret key is in %s: lock it away. It is nowhere else.\n", c.Out)
		}
		fmt.Fprintf(w, "recipient:\n  %s\nTell the machine: %s %s\n", public, e.again("backup recipients"), public)
	})
}

// inside tells whether a file lies in a directory.
func inside(dir, file string) bool {
	rel, err := filepath.Rel(dir, file)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// writeKey writes a file only its owner can read; one that is there is left alone.
func writeKey(path, public, secret string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(f, "# gocua backup key\n# recipient: %s\n%s\n", public, secret)
	return errors.Join(err, f.Sync(), f.Close())
}
