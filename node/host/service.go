package host

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// serviceName is what the system calls the machine.
const serviceName = "gocua"

const serviceTitle = "gõ cửa: sổ chiến dịch định danh"

// ErrNotInstalled is the answer to Uninstall where no service is.
var ErrNotInstalled = errors.New("no service is installed on this computer")

// Service is a machine that the system starts with the computer, without
// anybody signing in.
type Service struct {
	Dir  string // the machine's
	Exe  string // the program
	User string // whose it runs as; empty: the system's
	Logs bool   // into files of the machine rather than the system's log
}

func (s Service) args() []string {
	args := []string{"--dir", s.Dir, "serve"}
	if s.Logs {
		args = append(args, "--logs")
	}
	return args
}

// SystemdUnit is the text of the unit. It is started again whenever it fails: a
// register on a disk that was full or a power cut in the middle heal by that. It
// may write what its user may, but for the system itself: backups go where people
// say, to a stick or another disk, and what they look for in /tmp must be there.
// Only its first process is told to end: after an update the machine is that one's
// child, and told twice it would end without closing its register.
func (s Service) SystemdUnit() string {
	var b strings.Builder
	fmt.Fprintf(&b, `[Unit]
Description=%s
Wants=network-online.target
After=network-online.target time-sync.target
StartLimitIntervalSec=0

[Service]
ExecStart=%s
`, serviceTitle, systemdLine(append([]string{s.Exe}, s.args()...)))
	if s.User != "" {
		fmt.Fprintf(&b, "User=%s\n", s.User)
	}
	fmt.Fprintf(&b, `Restart=on-failure
RestartSec=5
KillMode=mixed
TimeoutStopSec=90
LimitNOFILE=65536
LimitCORE=0
UMask=0077
NoNewPrivileges=true
ProtectSystem=full
ReadWritePaths=%s
ProtectKernelTunables=true
ProtectControlGroups=true
RestrictSUIDSGID=true

[Install]
WantedBy=multi-user.target
`, systemdQuote(s.Dir))
	return b.String()
}

func systemdLine(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strings.ReplaceAll(systemdQuote(w), "$", "$$")
	}
	return strings.Join(quoted, " ")
}

// systemdQuote keeps systemd from reading a path as several, or as one of its
// own %-names.
func systemdQuote(word string) string {
	word = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `%`, `%%`).Replace(word)
	if strings.ContainsAny(word, " \t'\"") {
		return `"` + word + `"`
	}
	return word
}

// Settle copies the program into the machine's own directory, where the service
// runs it and an update may take its place: whoever the machine runs as may not
// write where the system keeps its programs. It returns the copy.
func Settle(exe, dir string) (string, error) {
	to := Settled(dir)
	if one, err := os.Stat(to); err == nil {
		if other, err := os.Stat(exe); err == nil && os.SameFile(one, other) {
			return to, nil
		}
	}
	in, err := os.Open(exe)
	if err != nil {
		return "", fmt.Errorf("host: %w", err)
	}
	defer in.Close()
	return to, Impersonate(dir, func() error {
		if err := os.Mkdir(filepath.Dir(to), 0o755); err != nil && !errors.Is(err, os.ErrExist) {
			return fmt.Errorf("host: %w", err)
		}
		return copyFile(in, to)
	})
}

// Settled is where the service of a machine has its program.
func Settled(dir string) string {
	name := "gocua"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(dir, "bin", name)
}

func copyFile(in io.Reader, to string) error {
	out, err := Draft(to+".part", 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return errors.Join(fmt.Errorf("host: %w", err), os.Remove(out.Name()))
	}
	return os.Rename(out.Name(), to)
}
