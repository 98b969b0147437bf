package trust

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// KeySize is the length of a key in bytes (AES-256).
const KeySize = 32

// Keys are the storage keys of one machine (khoá lưu trữ), in memory only: on the
// disk they lie sealed in the keyring, which a key file or a passphrase opens. A
// rotation adds a generation; older ones stay, for what was written under them.
type Keys struct{ generations []generation }

type generation struct {
	Number uint32    `json:"number"`
	Made   time.Time `json:"made"`
	Key    []byte    `json:"key"`
}

func (k *Keys) newest() generation { return k.generations[len(k.generations)-1] }

// Base is the first generation. The journals of outbox and looks, and the kept
// lists, are under keys derived from it for as long as the machine lives.
func (k *Keys) Base() []byte { return slices.Clone(k.generations[0].Key) }

// Register are the keys the register may be under, the newest first: a rotation
// takes hold at the next start.
func (k *Keys) Register() (keys [][]byte) {
	for _, g := range slices.Backward(k.generations) {
		keys = append(keys, slices.Clone(g.Key))
	}
	return keys
}

// add makes a generation.
func (k *Keys) add(now time.Time) {
	next := generation{Number: 1, Made: now.UTC().Truncate(time.Second), Key: freshKey()}
	if len(k.generations) > 0 {
		next.Number = k.newest().Number + 1
	}
	k.generations = append(k.generations, next)
}

func freshKey() []byte {
	key := make([]byte, KeySize)
	rand.Read(key) // never fails
	return key
}

// Files of a machine's directory.
const (
	ringFile = "keyring.json"
	keyFile  = "storage.key" // unless it lies elsewhere
)

// Way is what opens a keyring, as whoever starts the machine gives it.
type Way struct {
	File       string // where the key file lies this time; empty: as the keyring says
	Passphrase string
}

// LockedError says that a keyring is there and what it takes to open it.
type LockedError struct {
	File       string // the key file that is missing; empty: it takes the passphrase
	Passphrase bool
}

func (e *LockedError) Error() string {
	if e.Passphrase {
		return "this machine is sealed: it takes its passphrase"
	}
	return fmt.Sprintf("this machine is sealed: its key file %s is not there", e.File)
}

// Errors of what was given to open a keyring.
var (
	ErrWrongPassphrase = errors.New("the passphrase is wrong")
	ErrWrongKeyFile    = errors.New("the key file is not the one that opens this machine")
	ErrNoKeyring       = errors.New("no keyring lies here (" + ringFile + ")")
)

// OpenKeys opens the keyring of a machine's directory. Without what it takes it
// fails with a *LockedError; a place of the key file that served is remembered.
func OpenKeys(dir string, way Way) (*Keys, error) {
	r, err := loadRing(dir)
	if err != nil {
		return nil, err
	}
	place := cmp.Or(way.File, r.place())
	keys, err := r.open(place, way)
	if err != nil {
		return nil, err
	}
	if r.byFile() && place != r.place() {
		r.File = place
		err = r.save()
	}
	return keys, err
}

// CreateKeys makes the first key of a machine and a key file that opens it, in its
// directory or at place; both are on the disk when it returns. Called again after
// it was broken off, it goes on. The caller has made sure that nothing was written
// under another key yet.
func CreateKeys(dir, place string, now time.Time) (*Keys, error) {
	r := &ring{Version: ringVersion, File: place, dir: dir}
	place = r.place()
	kek, err := r.readKeyFile(place)
	if errors.Is(err, fs.ErrNotExist) {
		kek = freshKey()
		err = writeKeyFile(place, kek)
	}
	if err != nil {
		return nil, err
	}
	keys := &Keys{}
	keys.add(now)
	if err := r.seal(keys, fileOpener(kek)); err != nil {
		return nil, err
	}
	return keys, r.save()
}

// Rotate makes a new generation and a new key in the place of the one that opens
// the keyring: another key file, at place if given, or the same passphrase with
// other salt. It takes what opens the keyring now. What is written from the next
// start on is under the new generation.
func Rotate(dir string, way Way, place string, cost Cost, now time.Time) error {
	r, err := loadRing(dir)
	if err != nil {
		return err
	}
	old := cmp.Or(way.File, r.place())
	keys, err := r.open(old, way)
	if err != nil {
		return err
	}
	keys.add(now)
	if !r.byFile() {
		if place != "" {
			return errors.New("a passphrase opens this machine; a key file has no use until it is removed")
		}
		return r.reseal(keys, passphraseOpener(way.Passphrase, cost))
	}
	if place == "" || place == old {
		return r.replaceKeyFile(old, keys)
	}
	return r.moveKeyFile(old, place, keys)
}

// SetPassphrase lets a passphrase open the keyring and nothing else; the key file
// is deleted. Setting it again changes it.
func SetPassphrase(dir string, way Way, passphrase string, cost Cost) error {
	if err := checkPassphrase(passphrase); err != nil {
		return err
	}
	r, err := loadRing(dir)
	if err != nil {
		return err
	}
	old, byFile := cmp.Or(way.File, r.place()), r.byFile()
	keys, err := r.open(old, way)
	if err != nil {
		return err
	}
	r.File = ""
	if err := r.reseal(keys, passphraseOpener(passphrase, cost)); err != nil || !byFile {
		return err
	}
	return eraseKeyFile(old)
}

// RemovePassphrase goes back to a key file, in the machine's directory or at place.
func RemovePassphrase(dir string, way Way, place string) error {
	r, err := loadRing(dir)
	if err != nil {
		return err
	}
	if r.byFile() {
		return errors.New("no passphrase is set: a key file opens this machine")
	}
	keys, err := r.open("", way)
	if err != nil {
		return err
	}
	r.File = place
	return r.takeKeyFile(r.place(), keys)
}

// KeyStatus is what can be told of a keyring without opening it.
type KeyStatus struct {
	Passphrase  bool   `json:"passphrase"`        // it takes one
	Cost        *Cost  `json:"cost,omitempty"`    // of the passphrase
	File        string `json:"file,omitempty"`    // where the key file is looked for
	Missing     bool   `json:"missing,omitempty"` // the key file is not there
	Generations int    `json:"generations"`
	Rotated     string `json:"rotated"` // when the newest key was made, RFC 3339
}

// KeysOf tells of the keyring in a machine's directory.
func KeysOf(dir string) (s KeyStatus, err error) {
	r, err := loadRing(dir)
	if err != nil {
		return s, err
	}
	s.Generations, s.Rotated = r.Count, r.Newest.Format(time.RFC3339)
	if !r.byFile() {
		s.Passphrase, s.Cost = true, &r.Openers[0].Cost
		return s, nil
	}
	s.File = r.place()
	_, err = os.Stat(s.File)
	s.Missing = errors.Is(err, fs.ErrNotExist)
	return s, nil
}

// HasKeyring tells whether one lies in the directory.
func HasKeyring(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, ringFile))
	return err == nil
}
