package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"sync"
)

// How much of a log is kept: a month of a quiet machine, and never more than
// this whatever goes wrong in a loop.
const (
	LogSize = 8 << 20 // bytes of one file
	LogKept = 5       // files, the one being written included
)

// LogFile is a log that never grows beyond its bounds: gocua.log is written,
// gocua.log.1 is what came before it, and so on. Writes may come from anywhere.
type LogFile struct {
	path string
	size int64
	kept int

	mu   sync.Mutex
	f    *os.File
	held int64 // bytes in f
}

// OpenLog opens the log in a folder, which is made. Lines are kept from before.
func OpenLog(dir string, size int64, kept int) (*LogFile, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("host: log: %w", err)
	}
	l := &LogFile{path: filepath.Join(dir, "gocua.log"), size: size, kept: kept}
	return l, l.open()
}

func (l *LogFile) open() error {
	f, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY|noFollow, 0o600)
	if err != nil {
		return fmt.Errorf("host: log: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(fmt.Errorf("host: log: %w", err), f.Close())
	}
	l.f, l.held = f, info.Size()
	return nil
}

// Write writes one line whole. If the files cannot be moved on, it goes on in
// the one it has: a log that is too long is better than none.
func (l *LogFile) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.f == nil {
		return 0, fs.ErrClosed
	}
	if l.held > 0 && l.held+int64(len(line)) > l.size {
		if err := l.turn(); err != nil && l.f == nil {
			return 0, err
		}
	}
	n, err := l.f.Write(line)
	l.held += int64(n)
	return n, err
}

// turn puts the file away and begins another. On Windows an open file cannot be
// moved, so it is closed first.
func (l *LogFile) turn() error {
	err := l.f.Close()
	l.f = nil
	for i := l.kept - 1; i > 0; i-- {
		if moved := os.Rename(l.numbered(i-1), l.numbered(i)); !errors.Is(moved, fs.ErrNotExist) {
			err = errors.Join(err, moved)
		}
	}
	return errors.Join(err, l.open())
}

func (l *LogFile) numbered(i int) string {
	if i == 0 {
		return l.path
	}
	return l.path + "." + strconv.Itoa(i)
}

// Close ends the log; later lines are refused.
func (l *LogFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.f == nil {
		return nil
	}
	err := l.f.Close()
	l.f = nil
	return err
}
