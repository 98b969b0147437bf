package host

import (
	"errors"
	"syscall"
)

// winAddrInUse is what Windows calls EADDRINUSE; its syscall package has another
// number for that name.
const winAddrInUse syscall.Errno = 10048

// AddressTaken reports whether an address could not be had because some program
// answers there already.
func AddressTaken(err error) bool {
	var no syscall.Errno
	return errors.As(err, &no) && (no == syscall.EADDRINUSE || no == winAddrInUse)
}
