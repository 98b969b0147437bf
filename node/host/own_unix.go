//go:build unix

package host

import (
	"errors"
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
	owner, err := ownerOf(filepath.Dir(f.Name()))
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
	owner, err := ownerOf(filepath.Dir(cmd.Path))
	if err != nil || owner == nil || owner.Uid == 0 {
		return err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}}
	return nil
}

// Impersonate has root do something as whoever owns a directory, who may put links in
// it: an administrator's command can then do there what they could do themselves, and
// what it makes is theirs. The whole process changes, so it must do nothing else
// meanwhile.
func Impersonate(dir string, do func() error) (err error) {
	owner, err := ownerOf(dir)
	if err != nil {
		return err
	}
	if owner == nil || owner.Uid == 0 {
		return do()
	}
	group := os.Getegid()
	groups, err := syscall.Getgroups()
	if err != nil {
		return fmt.Errorf("host: %w", err)
	}
	defer func() {
		err = errors.Join(err, syscall.Setreuid(-1, 0), syscall.Setregid(-1, group), syscall.Setgroups(groups))
	}()
	if err := become(owner); err != nil {
		return fmt.Errorf("host: working in %s as its owner: %w", dir, err)
	}
	return do()
}

// become changes the user last: nobody else may change the groups.
func become(owner *syscall.Stat_t) error {
	if err := syscall.Setgroups(nil); err != nil {
		return err
	}
	if err := syscall.Setregid(-1, int(owner.Gid)); err != nil {
		return err
	}
	return syscall.Setreuid(-1, int(owner.Uid))
}

// ownerOf is who owns a folder, as far as it matters: to root.
func ownerOf(folder string) (*syscall.Stat_t, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	info, err := os.Stat(folder)
	if err != nil {
		return nil, fmt.Errorf("host: %w", err)
	}
	owner, _ := info.Sys().(*syscall.Stat_t)
	return owner, nil
}
