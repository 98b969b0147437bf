package release

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/semver"
)

// Manifest is what is signed of a bundle.
type Manifest struct {
	Version string `json:"version"` // semantic, as in v1.4.0
	OS      string `json:"os"`      // as Go names it
	Arch    string `json:"arch"`
	Level   int    `json:"level"`  // the feature level the build knows
	Size    int64  `json:"size"`   // of the program, bytes
	SHA256  string `json:"sha256"` // of the program, hex
}

// maxSize is more than any build of this program: what a bundle says is not
// believed before this much has been read.
const maxSize = 512 << 20

// Why a bundle is not taken.
var (
	ErrNotABundle = errors.New("this file is no update of this program")
	ErrUnsigned   = errors.New("the update is not signed by anybody this machine believes, or was altered")
	ErrDamaged    = errors.New("the update is damaged or cut short; copy it again")
	ErrOther      = errors.New("the update is for another kind of computer")
	ErrOlder      = errors.New("the update is not newer than what runs here")
	ErrLevel      = errors.New("the cluster has agreed on rules this update does not know")
)

func (m Manifest) check() error {
	digest, err := hex.DecodeString(m.SHA256)
	switch {
	case !semver.IsValid(m.Version):
		return fmt.Errorf("%w: version %q", ErrNotABundle, m.Version)
	case err != nil || len(digest) != 32 || m.Size <= 0 || m.Size > maxSize:
		return fmt.Errorf("%w: %d bytes, digest %q", ErrNotABundle, m.Size, m.SHA256)
	case m.OS == "" || m.Arch == "" || m.Level < 1:
		return fmt.Errorf("%w: %s/%s, level %d", ErrNotABundle, m.OS, m.Arch, m.Level)
	case strings.ContainsAny(m.Version, `/\:`): // it becomes part of a file's name
		return fmt.Errorf("%w: version %q", ErrNotABundle, m.Version)
	}
	return nil
}

// Here is where a bundle would be put.
type Here struct {
	Version  string // of this build; one that was never released is older than any
	OS, Arch string
	Level    int // that the cluster has agreed on
}

// Fits says why a bundle must not be put there; with force one that is not newer
// may. What the cluster has agreed on is never given up.
func (m Manifest) Fits(h Here, force bool) error {
	switch {
	case m.OS != h.OS || m.Arch != h.Arch:
		return fmt.Errorf("%w: it is for %s/%s, this is %s/%s", ErrOther, m.OS, m.Arch, h.OS, h.Arch)
	case m.Level < h.Level:
		return fmt.Errorf("%w: it knows level %d, agreed is %d", ErrLevel, m.Level, h.Level)
	case !force && semver.Compare(m.Version, h.Version) <= 0:
		return fmt.Errorf("%w: it is %s, this is %s; --force takes it all the same", ErrOlder, m.Version, h.Version)
	}
	return nil
}
