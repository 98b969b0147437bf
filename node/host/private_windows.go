package host

import (
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// noFollow is nothing: on Windows only an administrator makes links.
const noFollow = 0

// Private makes a machine's directory, or takes one that is there, for the system,
// administrators and whoever makes the machine: what lies below ProgramData
// everybody reads and adds to, and who may add to it decides which program runs.
func Private(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("host: %w", err)
	}
	me, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return fmt.Errorf("host: %w", err)
	}
	if err := ofOurs(dir, me.User.Sid); err != nil {
		return err
	}
	wanted, err := windows.SecurityDescriptorFromString("D:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;FA;;;" + me.User.Sid.String() + ")")
	if err != nil {
		return fmt.Errorf("host: %w", err)
	}
	list, _, err := wanted.DACL()
	if err != nil {
		return fmt.Errorf("host: %w", err)
	}
	err = windows.SetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT, windows.DACL_SECURITY_INFORMATION|windows.PROTECTED_DACL_SECURITY_INFORMATION, nil, nil, list, nil)
	if err != nil {
		return fmt.Errorf("%s is open to others, and that cannot be changed: %w", dir, err)
	}
	return nil
}

// ofOurs refuses a directory that another user of the computer has made: its owner
// may always open it again.
func ofOurs(dir string, me *windows.SID) error {
	has, err := windows.GetNamedSecurityInfo(dir, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return fmt.Errorf("host: %w", err)
	}
	owner, _, err := has.Owner()
	if err != nil {
		return fmt.Errorf("host: %w", err)
	}
	if owner.Equals(me) || owner.IsWellKnown(windows.WinBuiltinAdministratorsSid) || owner.IsWellKnown(windows.WinLocalSystemSid) {
		return nil
	}
	return fmt.Errorf("%s was made by another user of this computer: delete it, or name another directory", dir)
}
