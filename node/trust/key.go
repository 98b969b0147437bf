package trust

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// KeySize is the length of a storage key in bytes (AES-256).
const KeySize = 32

// LoadOrCreateKey reads the storage key at path, or makes one where there is
// none; a new key is on disk when it returns. It refuses a file that others can
// read, and one that is damaged: what was written under a lost key is lost, and
// a fresh one would hide that. One process at a time.
func LoadOrCreateKey(path string) ([]byte, error) {
	switch err := checkPrivate(path); {
	case errors.Is(err, fs.ErrNotExist):
		return createKey(path)
	case err != nil:
		return nil, err
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

func createKey(path string) ([]byte, error) {
	key := make([]byte, KeySize)
	rand.Read(key) // never fails
	if err := writePrivate(path, fmt.Appendf(nil, "%x\n", key)); err != nil {
		return nil, fmt.Errorf("create storage key: %w", err)
	}
	return key, nil
}
