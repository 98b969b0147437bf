package release

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
)

// What whoever makes a release stamps into it:
//
//	go build -ldflags "-X gocua/node/release.version=v1.4.0 -X gocua/node/release.keys=BASE64,BASE64"
var (
	version = "" // as in v1.4.0; a build that nobody released has none
	keys    = "" // whose signature is believed, besides those of keysFile
)

// keysFile is in a machine's directory and names more keys, one a line, for an
// office whose builds come from somebody else.
const keysFile = "update.pub"

// Version is what this build was released as, or what Go recorded of it.
func Version() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			v += " " + s.Value[:12]
		}
	}
	return v
}

// ErrNoKey says that this build believes nobody's signature.
var ErrNoKey = errors.New("this program believes nobody's signature: it was built without a key, and the machine's directory has no " + keysFile)

// Keys are whose bundles a machine takes. Without any it is ErrNoKey.
func Keys(dir string) (list []ed25519.PublicKey, err error) {
	list, err = parseKeys(strings.ReplaceAll(keys, ",", "\n"))
	if err != nil {
		return nil, fmt.Errorf("release: the keys this program was built with: %w", err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, keysFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("release: %w", err)
	}
	more, err := parseKeys(string(raw))
	if err != nil {
		return nil, fmt.Errorf("release: %s: %w", keysFile, err)
	}
	if list = append(list, more...); len(list) == 0 {
		return nil, ErrNoKey
	}
	return list, nil
}

func parseKeys(text string) (list []ed25519.PublicKey, err error) {
	lines := bufio.NewScanner(bytes.NewReader([]byte(text)))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		raw, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(raw) != ed25519.PublicKeySize {
			return nil, fmt.Errorf("%.12q… is no key", line)
		}
		list = append(list, raw)
	}
	return list, lines.Err()
}
