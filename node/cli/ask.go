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
	line, err := e.line()
	if err != nil {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	if line != "" {
		return line, nil
	}
	return "", command.InvalidField("/password", "required", "no password was given: type one, or set GOCUA_PASSWORD")
}

// line is the next line typed or piped in; empty at the end.
func (e env) line() (string, error) {
	line, err := bufio.NewReader(e.in).ReadString('\n')
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return strings.TrimRight(line, "\r\n"), err
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
