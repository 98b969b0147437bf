package trust

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// Kit is what a machine proves itself with, as a backup keeps it: without it a
// register made again from the backup could take part in nothing. It holds
// private keys and is only ever written sealed.
type Kit struct {
	Identity  *Identity
	Authority *CA // nil: the machine holds none
}

type kitJSON struct {
	Identity  identityJSON `json:"identity"`
	Authority *caJSON      `json:"authority,omitempty"`
}

// LoadKit gathers the kit of the machine in a directory.
func LoadKit(dir string) (k Kit, err error) {
	if k.Identity, err = LoadIdentity(dir); err != nil {
		return k, err
	}
	k.Authority, err = LoadCA(dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return k, err
}

// Pack turns the kit into bytes that Unpack reads.
func (k Kit) Pack() ([]byte, error) {
	f := kitJSON{Identity: k.Identity.file()}
	if k.Authority != nil {
		ca := k.Authority.file()
		f.Authority = &ca
	}
	return json.Marshal(f)
}

// UnpackKit reads what Pack made and checks that its parts belong together.
func UnpackKit(raw []byte) (k Kit, err error) {
	var f kitJSON
	if err := json.Unmarshal(raw, &f); err != nil {
		return k, errors.New("the keys cannot be read") // their text stays out of logs
	}
	if k.Identity, err = f.Identity.identity(); err != nil {
		return k, err
	}
	if f.Authority == nil {
		return k, nil
	}
	if k.Authority, err = f.Authority.authority(); err != nil {
		return k, err
	}
	if !k.Authority.Root.Equal(k.Identity.Root) {
		return k, fmt.Errorf("the authority is not the one that made the identity")
	}
	return k, nil
}

// Renewed is the same machine in the next generation: its key, which the
// register knows, stays; its certificate is new, and whoever holds one of an
// earlier generation is refused by it. Without the authority a new one is made,
// which browsers and the province have to be told of.
func (k Kit) Renewed(now time.Time) (next Kit, err error) {
	ca := k.Authority
	if ca == nil {
		if ca, err = NewCA(k.Identity.Cluster, k.Identity.Generation, now); err != nil {
			return next, err
		}
	}
	next.Authority = ca.NextGeneration()
	next.Identity, err = next.Authority.identity(k.Identity.Node, k.Identity.Key, now)
	return next, err
}
