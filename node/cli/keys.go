package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"gocua/node/trust"
	"gocua/store/command"
)

type unlockCmd struct {
	Passphrase string `help:"The passphrase. Asked for if not given; others on this computer can read a command line." env:"GOCUA_PASSPHRASE"`
}

func (c unlockCmd) Run(e env) error {
	if s, err := e.status(); err == nil {
		return fmt.Errorf("machine %s is open already", s.Node)
	}
	phrase, err := e.phrases(c.Passphrase, "Passphrase of this machine")
	if err != nil {
		return err
	}
	if err := e.call(http.MethodPost, "/unlock", map[string]string{"passphrase": phrase[0]}, nil); err != nil {
		return err
	}
	return e.print(map[string]bool{"unlocked": true}, func(w io.Writer) { fmt.Fprintln(w, "The machine is open and starts.") })
}

// keysCmd works on the keyring in the machine's directory. A machine that runs goes
// on with the keys it has and takes the change at its next start.
type keysCmd struct {
	Status     keysStatusCmd     `cmd:"" help:"Show what opens the storage."`
	Passphrase keysPassphraseCmd `cmd:"" help:"Set, change or remove the passphrase. Lines asked for: the one there is, if any, then the new one."`
	Rotate     keysRotateCmd     `cmd:"" help:"Make new keys: what is written from the next start on is under them."`
}

type keysStatusCmd struct{}

func (keysStatusCmd) Run(e env) error {
	s, err := trust.KeysOf(e.dir)
	if err != nil {
		return err
	}
	return e.print(s, func(w io.Writer) {
		switch {
		case s.Passphrase:
			fmt.Fprintf(w, "opened by a passphrase (argon2id, %d MiB, %d passes)\n", s.Cost.Memory>>10, s.Cost.Passes)
		case s.Missing:
			fmt.Fprintf(w, "opened by the key file %s, WHICH IS NOT THERE: the machine starts sealed\n", s.File)
		default:
			fmt.Fprintf(w, "opened by the key file %s\n", s.File)
		}
		fmt.Fprintf(w, "%d generations, the newest of %s\n", s.Generations, s.Rotated)
	})
}

type keysPassphraseCmd struct {
	Remove  bool   `help:"Go back to a key file." env:"GOCUA_REMOVE"`
	KeyFile string `help:"The key file: where it lies now, or with --remove where it is made." placeholder:"FILE" env:"GOCUA_KEY_FILE"`
}

func (c keysPassphraseCmd) Run(e env) error {
	s, err := trust.KeysOf(e.dir)
	if err != nil {
		return err
	}
	var asked []string
	if s.Passphrase {
		asked = append(asked, "Passphrase of this machine")
	}
	if !c.Remove {
		asked = append(asked, "New passphrase, 12 characters or more")
	}
	if len(asked) == 0 {
		return errors.New("no passphrase is set")
	}
	given, err := e.phrases("", asked...)
	if err != nil {
		return err
	}
	way := trust.Way{File: absoluteIfGiven(c.KeyFile)}
	if s.Passphrase {
		way = trust.Way{Passphrase: given[0]}
	}
	if c.Remove {
		err = trust.RemovePassphrase(e.dir, way, absoluteIfGiven(c.KeyFile))
	} else {
		err = trust.SetPassphrase(e.dir, way, given[len(given)-1], trust.StandardCost())
	}
	if err != nil {
		return err
	}
	return e.print(map[string]bool{"passphrase": !c.Remove}, func(w io.Writer) {
		if c.Remove {
			fmt.Fprintln(w, "A key file opens the machine now.")
			return
		}
		fmt.Fprintln(w, "From its next start on the machine starts sealed and takes this passphrase. Keep it in a sealed envelope: nobody can open the data without it.")
	})
}

type keysRotateCmd struct {
	KeyFile string `help:"Make the new key file there, such as on a stick, and delete the old one." placeholder:"FILE" env:"GOCUA_KEY_FILE"`
}

func (c keysRotateCmd) Run(e env) error {
	s, err := trust.KeysOf(e.dir)
	if err != nil {
		return err
	}
	way := trust.Way{}
	if s.Passphrase {
		given, err := e.phrases("", "Passphrase of this machine")
		if err != nil {
			return err
		}
		way.Passphrase = given[0]
	}
	if err := trust.Rotate(e.dir, way, absoluteIfGiven(c.KeyFile), trust.StandardCost(), time.Now()); err != nil {
		return err
	}
	return e.print(map[string]int{"generations": s.Generations + 1}, func(w io.Writer) {
		fmt.Fprintln(w, "New keys are made. The machine writes under them from its next start on. Copies of the old key file open nothing any more.")
	})
}

// phrases are the one given, or as many lines typed or piped in as there are prompts.
func (e env) phrases(given string, prompts ...string) (lines []string, err error) {
	if given != "" {
		return []string{given}, nil
	}
	in := bufio.NewReader(e.in)
	for _, prompt := range prompts {
		if typed(e.in) {
			fmt.Fprintf(e.err, "%s (it shows as you type): ", prompt)
		}
		line, err := in.ReadString('\n')
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			if err != nil && !errors.Is(err, io.EOF) {
				return nil, fmt.Errorf("reading the passphrase: %w", err)
			}
			return nil, command.InvalidField("/passphrase", "required", "no passphrase was given: type it, or pipe it in, one on each line")
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// absoluteIfGiven is a place that is remembered, whatever directory is next.
func absoluteIfGiven(path string) string {
	if path == "" {
		return ""
	}
	return absolute(path)
}
