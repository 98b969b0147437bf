package cli

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"gocua/node/release"
	"gocua/store/civic"
)

type packCmd struct {
	Program string `arg:"" help:"The program, built with -ldflags \"-X gocua/node/release.version=VERSION\"." type:"existingfile"`
	Release string `help:"Its version, as in v1.4.0." required:"" placeholder:"VERSION" env:"GOCUA_RELEASE"`
	OS      string `help:"The system it is for." default:"${os}" env:"GOCUA_OS" name:"os"`
	Arch    string `help:"The processor it is for." default:"${arch}" env:"GOCUA_ARCH"`
	Level   int    `help:"The feature level it knows." default:"${level}" env:"GOCUA_LEVEL"`
	Key     string `help:"The file with the key that signs." required:"" type:"existingfile" placeholder:"FILE" env:"GOCUA_KEY"`
	Out     string `help:"Where to write the update." required:"" placeholder:"FILE" env:"GOCUA_OUT"`
}

func (c packCmd) Run(e env) error {
	key, err := loadSigning(c.Key)
	if err != nil {
		return err
	}
	in, err := os.Open(c.Program)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(c.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	m, err := release.Pack(out, release.Manifest{Version: c.Release, OS: c.OS, Arch: c.Arch, Level: c.Level}, in, key)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return errors.Join(err, os.Remove(c.Out))
	}
	return e.print(m, func(w io.Writer) {
		fmt.Fprintf(w, "%s: %s for %s/%s, level %d\n", c.Out, m.Version, m.OS, m.Arch, m.Level)
	})
}

type keyCmd struct {
	File string `arg:"" help:"Where to keep it. Whoever has this file can replace the program on every machine: keep it away from networks."`
}

func (c keyCmd) Run(e env) error {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), f.Sync(), f.Close()); err != nil {
		return err
	}
	text := base64.StdEncoding.EncodeToString(public)
	return e.print(map[string]string{"public": text}, func(w io.Writer) {
		fmt.Fprintf(w, "%s\n\nBuild releases with it: -ldflags \"-X gocua/node/release.keys=%s\", or write it to update.pub in a machine's directory.\n", text, text)
	})
}

func loadSigning(path string) (ed25519.PrivateKey, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, fmt.Errorf("%s holds no key", path)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	signing, ok := key.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, fmt.Errorf("%s holds no key that signs updates", path)
	}
	return signing, nil
}

// built are what this program is, as defaults of what it packs.
func built() map[string]string {
	return map[string]string{"os": runtime.GOOS, "arch": runtime.GOARCH, "level": fmt.Sprint(civic.KnownLevel)}
}
