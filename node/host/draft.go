package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Draft makes a file that is to take the place of another once it is whole. What
// lies there, such as a draft that a power cut left, is removed; nothing is ever
// written through it.
func Draft(path string, mode fs.FileMode) (*os.File, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("host: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return nil, fmt.Errorf("host: %w", err)
	}
	return f, nil
}
