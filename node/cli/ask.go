package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"gocua/store/command"
)

// password is the one given, or else the line typed or piped in. Nothing here
// can keep a terminal from showing it, so the prompt says so.
func (e env) password(given, user string) (string, error) {
	if given != "" {
		return given, nil
	}
	if typed(e.in) {
		fmt.Fprintf(e.err, "Password for %s, 12 characters or more (it shows as you type): ", user)
	}
	line, err := bufio.NewReader(e.in).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line != "" {
		return line, nil
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	return "", command.InvalidField("/password", "required", "no password was given: type one, or set GOCUA_PASSWORD")
}

// typed reports whether somebody sits at the other end.
func typed(in io.Reader) bool {
	f, ok := in.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
