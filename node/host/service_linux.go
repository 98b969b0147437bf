package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"strings"
	"syscall"
)

const unitFile = "/etc/systemd/system/" + serviceName + ".service"

// Install has systemd run the machine from now on. It needs root.
func (s Service) Install() error {
	if err := mayInstall(); err != nil {
		return err
	}
	if err := os.WriteFile(unitFile, []byte(s.SystemdUnit()), 0o644); err != nil {
		return fmt.Errorf("host: %w", err)
	}
	return errors.Join(systemctl("daemon-reload"), systemctl("enable", "--now", serviceName))
}

// Uninstall stops the machine and forgets it; its directory stays.
func Uninstall() error {
	if err := mayInstall(); err != nil {
		return err
	}
	if !Installed() {
		return ErrNotInstalled
	}
	if err := errors.Join(systemctl("disable", "--now", serviceName), os.Remove(unitFile)); err != nil {
		return err
	}
	return systemctl("daemon-reload")
}

// Installed says whether the system starts a machine with the computer.
func Installed() bool {
	_, err := os.Stat(unitFile)
	return !errors.Is(err, fs.ErrNotExist)
}

func mayInstall() error {
	if _, err := os.Stat("/run/systemd/system"); err != nil {
		return errors.New("this computer does not run systemd; have its own service manager run: gocua serve")
	}
	if os.Geteuid() != 0 {
		return errors.New("only root may install a service: begin the command with sudo")
	}
	return nil
}

func systemctl(args ...string) error {
	out, err := exec.Command("systemctl", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("systemctl %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// OwnerOf is the user whose directory it is; empty: root's.
func OwnerOf(dir string) (string, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return "", fmt.Errorf("host: %w", err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || owner.Uid == 0 {
		return "", nil
	}
	if u, err := user.LookupId(strconv.Itoa(int(owner.Uid))); err == nil {
		return u.Username, nil
	}
	return strconv.Itoa(int(owner.Uid)), nil
}

// Serve runs f until ctx ends: systemd asks for nothing more.
func Serve(ctx context.Context, f func(context.Context) error) error { return f(ctx) }

// AsService says whether there is nobody who could see what is written to stderr,
// and no system that keeps it.
func AsService() bool { return false }
