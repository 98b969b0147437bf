//go:build unix

package host

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Own gives a file that root has made to whoever owns its folder: the machine
// runs as somebody else than the administrator who types commands, and has to
// read what they leave.
func Own(f *os.File) error {
	owner, err := ownerOf(f.Name())
	if err != nil || owner == nil {
		return err
	}
	if has, err := f.Stat(); err == nil {
		if now, ok := has.Sys().(*syscall.Stat_t); ok && now.Uid == owner.Uid && now.Gid == owner.Gid {
			return nil // on a stick nobody owns files, and none can be given away
		}
	}
	if err := f.Chown(int(owner.Uid), int(owner.Gid)); err != nil {
		return fmt.Errorf("host: %w", err)
	}
	return nil
}

// AsOwner has root run a program as whoever owns its folder: they may put any other
// in its place.
func AsOwner(cmd *exec.Cmd) error {
	owner, err := ownerOf(cmd.Path)
	if err != nil || owner == nil || owner.Uid == 0 {
		return err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}}
	return nil
}

// ownerOf is who owns the folder of a file, as far as it matters: to root.
func ownerOf(path string) (*syscall.Stat_t, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	info, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("host: %w", err)
	}
	owner, _ := info.Sys().(*syscall.Stat_t)
	return owner, nil
}
