package cli

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"gocua/node/host"
)

// winAddrNotAvail is what Windows calls EADDRNOTAVAIL; its syscall package has
// another number for that name.
const winAddrNotAvail syscall.Errno = 10049

// listening says what to do about an address that cannot be had. flags are what
// chooses another.
func listening(err error, flags string) error {
	var op *net.OpError
	var no syscall.Errno
	if !errors.As(err, &op) || op.Op != "listen" || !errors.As(op.Err, &no) {
		return err
	}
	switch {
	case host.AddressTaken(err):
		return fmt.Errorf("%s is taken by another program on this computer, perhaps another gocua; stop that, or choose another address with %s", op.Addr, flags)
	case no == syscall.EADDRNOTAVAIL || no == winAddrNotAvail:
		return fmt.Errorf("%s is not an address of this computer; choose one with %s", op.Addr, flags)
	case no == syscall.EACCES:
		return fmt.Errorf("the system does not let this program answer at %s; choose a port above 1023 with %s", op.Addr, flags)
	}
	return err
}
