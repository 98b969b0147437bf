package backup

import (
	"errors"
	"io"
	"os"
	"strings"

	"filippo.io/age"

	"gocua/store/command"
)

// NewKey makes a key pair: the public part names the recipient, the secret part
// is printed and put away where no machine is.
func NewKey() (public, secret string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", "", err
	}
	return id.Recipient().String(), id.String(), nil
}

// ParseKey reads a secret key: its text, or the name of a file that holds it,
// lines that begin with # left out.
func ParseKey(text string) (age.Identity, error) {
	if !strings.HasPrefix(text, "AGE-SECRET-KEY-") {
		f, err := os.Open(text)
		if err != nil {
			return nil, errKey()
		}
		raw, err := io.ReadAll(io.LimitReader(f, 64<<10))
		if errors.Join(err, f.Close()) != nil {
			return nil, errKey()
		}
		text = ""
		for line := range strings.Lines(string(raw)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				text = line
				break
			}
		}
	}
	id, err := age.ParseX25519Identity(strings.TrimSpace(text))
	if err != nil {
		return nil, errKey() // never what was typed
	}
	return id, nil
}

func errKey() *command.Error {
	return command.InvalidField("/key", "backup_bad_key", "give the secret key (AGE-SECRET-KEY-1…) or the name of a file that holds it")
}

// ParseRecipients reads whom backups are for.
func ParseRecipients(list []string) (all []age.Recipient, err error) {
	for _, text := range list {
		r, err := age.ParseX25519Recipient(strings.TrimSpace(text))
		if err != nil {
			return nil, command.InvalidField("/to", "backup_bad_recipient", "%.70s names nobody: a recipient is the public part of a key pair, age1…", text)
		}
		all = append(all, r)
	}
	return all, nil
}
