package trust

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

const (
	invitationsFile = "invitations.json"
	// shownFor is how long an invitation that was used or has run out is kept,
	// so that whoever invited can compare what came of it.
	shownFor = 24 * time.Hour
	// maxInvitations bounds the file; nobody invites so many machines in a day.
	maxInvitations = 256
)

// Why a secret lets nobody in.
var (
	ErrTokenUnknown = errors.New("the token is not one of this machine")
	ErrTokenExpired = errors.New("the token is older than half an hour")
	ErrTokenUsed    = errors.New("the token was used before, with another key")
)

// Invited is one invitation (lời mời) as the inviting machine keeps it.
type Invited struct {
	Node  string    `json:"node"`
	Unit  string    `json:"unit"`
	Voter bool      `json:"voter,omitempty"`
	Until time.Time `json:"until"`
	Key   string    `json:"key,omitempty"`  // fingerprint of the key that used it; empty: nobody has
	Used  time.Time `json:"used,omitzero"`  // when that was
	Hash  string    `json:"hash,omitempty"` // of the secret, hex; left out where invitations are shown
}

// Invitations are the tokens this machine has given out, in a file of its
// directory: a hash of each secret and what became of it. Safe for concurrent
// use by one process.
type Invitations struct {
	path string
	mu   sync.Mutex
	list []Invited
}

// LoadInvitations reads the invitations of a machine's directory; none is fine.
func LoadInvitations(dir string) (*Invitations, error) {
	i := &Invitations{path: filepath.Join(dir, invitationsFile)}
	if err := readJSON(i.path, &i.list); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return i, nil
}

// Add keeps an invitation under the hash of its token's secret; it is on disk
// when Add returns. An earlier one for the same node that nobody used lets nobody
// in any more.
func (i *Invitations) Add(t Token, inv Invited, now time.Time) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	inv.Node, inv.Until, inv.Hash = t.Node, t.Until, hashed(t.Secret[:])
	list := slices.DeleteFunc(slices.Clone(i.list), func(old Invited) bool {
		return now.After(old.Until.Add(shownFor)) || old.Node == t.Node && old.Key == ""
	})
	if len(list) >= maxInvitations {
		return fmt.Errorf("this machine has given out %d invitations since yesterday", len(list))
	}
	return i.keep(append(list, inv))
}

// Find is the invitation a secret belongs to. Errors: ErrTokenUnknown,
// ErrTokenExpired.
func (i *Invitations) Find(secret []byte, now time.Time) (Invited, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	at, err := i.find(secret, now)
	if err != nil {
		return Invited{}, err
	}
	return i.list[at].shown(), nil
}

// Claim is Find, and ties the secret to the key: no other can use it from now
// on (ErrTokenUsed), and the same one may ask again if the answer was lost. It
// is on disk when Claim returns.
func (i *Invitations) Claim(secret []byte, key ed25519.PublicKey, now time.Time) (Invited, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	at, err := i.find(secret, now)
	switch {
	case err != nil:
		return Invited{}, err
	case i.list[at].Key == "":
		list := slices.Clone(i.list)
		list[at].Key, list[at].Used = KeyFingerprint(key), now.UTC()
		err = i.keep(list)
	case i.list[at].Key != KeyFingerprint(key):
		err = ErrTokenUsed
	}
	if err != nil {
		return Invited{}, err
	}
	return i.list[at].shown(), nil
}

// find compares hashes: how long that takes says nothing about a secret. The
// caller holds mu.
func (i *Invitations) find(secret []byte, now time.Time) (int, error) {
	hash := hashed(secret)
	at := slices.IndexFunc(i.list, func(inv Invited) bool { return inv.Hash == hash })
	switch {
	case at < 0:
		return 0, ErrTokenUnknown
	case !now.Before(i.list[at].Until):
		return 0, ErrTokenExpired
	}
	return at, nil
}

// Open reports whether somebody may still come with a token.
func (i *Invitations) Open(now time.Time) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.ContainsFunc(i.list, func(inv Invited) bool { return now.Before(inv.Until) })
}

// List shows the invitations of the last day, newest last, without their hashes.
func (i *Invitations) List(now time.Time) (list []Invited) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, inv := range i.list {
		if !now.After(inv.Until.Add(shownFor)) {
			list = append(list, inv.shown())
		}
	}
	return list
}

// keep replaces the file, then the list. The caller holds mu.
func (i *Invitations) keep(list []Invited) error {
	if err := writeJSON(i.path, list); err != nil {
		return err
	}
	i.list = list
	return nil
}

func (inv Invited) shown() Invited {
	inv.Hash = ""
	return inv
}

// hashed needs no salt and no slow hash: the secret is random and has 128 bits.
func hashed(secret []byte) string {
	sum := sha256.Sum256(append([]byte("gocua invitation\x00"), secret...))
	return hex.EncodeToString(sum[:])
}
