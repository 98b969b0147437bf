//go:build !linux

package release

import "os/exec"

// begin starts a child. If this process is ended hard, the child lives on, and
// the next start of the machine finds the directory held.
func begin(child *exec.Cmd) (ended <-chan error, err error) {
	if err := child.Start(); err != nil {
		return nil, err
	}
	over := make(chan error, 1)
	go func() { over <- child.Wait() }()
	return over, nil
}
