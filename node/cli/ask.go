package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"gocua/store/command"
)

// password is the one given, or else the line typed or piped in. Nothing here
// can keep a terminal from showing it, so the prompt says so.
func (e env) password(given, user string) (string, error) {
	if given != "" {
		return given, nil
	}
	fmt.Fprintf(e.err, "Password for %s, 12 characters or more (it shows as you type): ", user)
	line, err := bufio.NewReader(e.in).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line != "" {
		return line, nil
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("reading the password: %w", err)
	}
	fmt.Fprintln(e.err)
	return "", command.InvalidField("/password", "required", "no password was given: type one, or set GOCUA_PASSWORD")
}
