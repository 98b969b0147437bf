package release

import (
	"os/exec"
	"runtime"
	"syscall"
)

// begin starts a child that ends when this process does, however that ends: else
// a machine would run on that nobody can stop. Linux ties the two by thread, so
// one is kept for it. It is in a group of its own: Ctrl-C goes to whoever watches,
// who asks the child to end, and asked twice it would end at once.
func begin(child *exec.Cmd) (ended <-chan error, err error) {
	child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	begun, over := make(chan error), make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := child.Start()
		begun <- err
		if err == nil {
			over <- child.Wait()
		}
	}()
	return over, <-begun
}
