package trust

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// ring is the keyring on the disk (chùm khoá): all generations, sealed once for
// each key that opens it. There are two of those only for the moment in which one
// takes the place of the other.
type ring struct {
	Version int       `json:"version"`
	File    string    `json:"keyFile,omitempty"` // where the key file lies; empty: beside the keyring
	Count   int       `json:"generations"`
	Newest  time.Time `json:"newest"`
	Openers []opener  `json:"openers"`
	dir     string    // where the keyring lies
}

const ringVersion = 1

type opener struct {
	Kind   openerKind `json:"kind"`
	Cost   Cost       `json:"argon2id,omitzero"`
	Salt   []byte     `json:"salt,omitempty"`
	Sealed []byte     `json:"sealed"`
	kek    []byte
}

type openerKind string

const (
	byKeyFile    openerKind = "file"
	byPassphrase openerKind = "passphrase"
)

// Cost is what one guess of the passphrase costs (argon2id).
type Cost struct {
	Memory uint32 `json:"memory_kib"`
	Passes uint32 `json:"passes"`
	Lanes  uint8  `json:"lanes"`
}

// StandardCost is about a second on an office PC, which has the memory while
// nothing else of the machine runs yet.
func StandardCost() Cost { return Cost{Memory: 256 << 10, Passes: 3, Lanes: 2} }

// check bounds what a keyring may ask for: it lies where others may write.
func (c Cost) check() error {
	if c.Memory < 8 || c.Memory > 1<<20 || c.Passes < 1 || c.Passes > 16 || c.Lanes < 1 || c.Lanes > 8 {
		return errors.New("the keyring asks for an absurd effort; put the right one back")
	}
	return nil
}

const shortestPassphrase = 12

func checkPassphrase(p string) error {
	if n := len([]rune(norm.NFC.String(p))); n < shortestPassphrase {
		return fmt.Errorf("a passphrase has %d characters or more", shortestPassphrase)
	}
	return nil
}

// derive is the key a passphrase stands for. Vietnamese keyboards write one letter
// in more than one way.
func (o opener) derive(passphrase string) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(passphrase)), o.Salt, o.Cost.Passes, o.Cost.Memory, o.Cost.Lanes, KeySize)
}

func fileOpener(kek []byte) opener { return opener{Kind: byKeyFile, kek: kek} }

func passphraseOpener(passphrase string, cost Cost) opener {
	o := opener{Kind: byPassphrase, Cost: cost, Salt: freshKey()[:16]}
	o.kek = o.derive(passphrase)
	return o
}

func loadRing(dir string) (*ring, error) {
	r := &ring{dir: dir}
	err := readJSON(filepath.Join(dir, ringFile), r)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrNoKeyring
	case err != nil:
		return nil, err
	case r.Version != ringVersion || len(r.Openers) == 0:
		return nil, fmt.Errorf("%s is not a keyring this build can read", filepath.Join(dir, ringFile))
	}
	return r, nil
}

func (r *ring) save() error {
	if err := writeJSON(filepath.Join(r.dir, ringFile), r); err != nil {
		return fmt.Errorf("writing the keyring: %w", err)
	}
	return nil
}

func (r *ring) byFile() bool { return r.Openers[0].Kind == byKeyFile }

func (r *ring) place() string {
	if r.File != "" {
		return r.File
	}
	return filepath.Join(r.dir, keyFile)
}

// open tries what is given on each opener.
func (r *ring) open(place string, way Way) (*Keys, error) {
	if !r.byFile() {
		return r.openBy(way.Passphrase)
	}
	kek, err := r.readKeyFile(place)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &LockedError{File: place}
	}
	if err != nil {
		return nil, err
	}
	for _, o := range r.Openers {
		if keys, err := o.open(kek); err == nil {
			return keys, nil
		}
	}
	return nil, fmt.Errorf("%s: %w", place, ErrWrongKeyFile)
}

func (r *ring) openBy(passphrase string) (*Keys, error) {
	if passphrase == "" {
		return nil, &LockedError{Passphrase: true}
	}
	o := r.Openers[0]
	if err := o.Cost.check(); err != nil {
		return nil, err
	}
	keys, err := o.open(o.derive(passphrase))
	if err != nil {
		return nil, ErrWrongPassphrase
	}
	return keys, nil
}

func (o opener) open(kek []byte) (*Keys, error) {
	aead, err := o.aead(kek)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nil, o.Sealed, []byte("gocua keyring "+o.Kind))
	if err != nil {
		return nil, errDoesNotOpen
	}
	keys := &Keys{}
	if err := json.Unmarshal(plain, &keys.generations); err != nil || len(keys.generations) == 0 {
		return nil, errDoesNotOpen
	}
	return keys, nil
}

func (o opener) aead(kek []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, fmt.Errorf("trust: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal seals the keys for these openers and no others.
func (r *ring) seal(keys *Keys, openers ...opener) error {
	plain, err := json.Marshal(keys.generations)
	if err != nil {
		return fmt.Errorf("trust: %w", err)
	}
	for i := range openers {
		aead, err := openers[i].aead(openers[i].kek)
		if err != nil {
			return err
		}
		openers[i].Sealed = aead.Seal(nil, nil, plain, []byte("gocua keyring "+openers[i].Kind))
	}
	r.Count, r.Newest, r.Openers = len(keys.generations), keys.newest().Made, openers
	return nil
}

func (r *ring) reseal(keys *Keys, openers ...opener) error {
	if err := r.seal(keys, openers...); err != nil {
		return err
	}
	return r.save()
}

// replaceKeyFile puts another key file in the place of this one. Until it is there
// either opens the keyring, so a power cut locks nobody out.
func (r *ring) replaceKeyFile(place string, keys *Keys) error {
	old, err := r.readKeyFile(place)
	if err != nil {
		return err
	}
	kek := freshKey()
	if err := r.reseal(keys, fileOpener(old), fileOpener(kek)); err != nil {
		return err
	}
	if err := writeKeyFile(place, kek); err != nil {
		return err
	}
	return r.reseal(keys, fileOpener(kek))
}

// moveKeyFile makes another key file elsewhere and deletes the one there was.
func (r *ring) moveKeyFile(old, place string, keys *Keys) error {
	r.File = place
	if err := r.takeKeyFile(place, keys); err != nil {
		return err
	}
	return eraseKeyFile(old)
}

// takeKeyFile makes a key file where there is none and lets it alone open the keyring.
func (r *ring) takeKeyFile(place string, keys *Keys) error {
	if _, err := os.Stat(place); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fmt.Errorf("%s is there already, and may be another machine's key: nothing was changed", place), err)
	}
	kek := freshKey()
	if err := writeKeyFile(place, kek); err != nil {
		return err
	}
	return r.reseal(keys, fileOpener(kek))
}

// readKeyFile reads the key at path. It refuses a file that others can read if it
// lies in the machine's directory (a stick has no owners), and one that is damaged.
func (r *ring) readKeyFile(path string) ([]byte, error) {
	if filepath.Dir(path) == filepath.Clean(r.dir) {
		if err := checkPrivate(path); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != KeySize {
		return nil, fmt.Errorf("%s is not a storage key: want %d hexadecimal digits; put the right file back from the sealed copy", path, 2*KeySize)
	}
	return key, nil
}

func writeKeyFile(path string, kek []byte) error {
	if err := writePrivate(path, fmt.Appendf(nil, "%x\n", kek)); err != nil {
		return fmt.Errorf("writing the key file: %w", err)
	}
	return nil
}

// eraseKeyFile overwrites a key file and deletes it. What a disk keeps of it out of
// sight nobody can tell; that is why a rotation is part of moving it.
func eraseKeyFile(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		_, err = f.WriteAt(make([]byte, 2*KeySize), 0)
		err = errors.Join(err, f.Sync(), f.Close())
	}
	if err := errors.Join(err, os.Remove(path)); err != nil {
		return fmt.Errorf("deleting the old key file: %w", err)
	}
	return nil
}
