package trust

import (
	"crypto"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"gocua/node/host"
)

// certPEM and keyPEM are a certificate and a private key (PKCS #8) as PEM text
// inside JSON.
type (
	certPEM struct{ *x509.Certificate }
	keyPEM  struct{ crypto.Signer }
)

func (c certPEM) MarshalText() ([]byte, error) {
	return CertPEM(c.Certificate), nil
}

func (c *certPEM) UnmarshalText(text []byte) error {
	cert, err := ParseCert(text)
	if err != nil {
		return err
	}
	c.Certificate = cert
	return nil
}

// ParseCert reads exactly one certificate in PEM form, such as the root that
// `gocua enroll` pins.
func ParseCert(text []byte) (*x509.Certificate, error) {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != "CERTIFICATE" || len(rest) != 0 {
		return nil, errors.New("not one certificate in PEM form")
	}
	return x509.ParseCertificate(block.Bytes)
}

// CertPEM writes what ParseCert reads.
func CertPEM(cert *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw})
}

func (k keyPEM) MarshalText() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.Signer)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

func (k *keyPEM) UnmarshalText(text []byte) error {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != "PRIVATE KEY" || len(rest) != 0 {
		return errors.New("not one private key in PEM form")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return errors.New("the private key cannot be read") // its text stays out of logs
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return errors.New("the private key cannot sign")
	}
	k.Signer = signer
	return nil
}

// readJSON reads a secret file into v. It refuses one that others on this
// machine can read.
func readJSON(path string, v any) error {
	if err := checkPrivate(path); err != nil {
		return err
	}
	return readShared(path, v)
}

// readShared reads a file that holds no secret, or lies on a stick, where nobody
// owns files.
func readShared(path string, v any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err // names the path and what failed
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return writePrivate(path, append(text, '\n'))
}

// ExposedError says that a secret file is open to others.
type ExposedError struct {
	Path string
	Mode fs.FileMode
}

func (e *ExposedError) Error() string {
	return fmt.Sprintf("%s holds a secret but others on this machine can read it (mode %04o); mend it with: chmod 600 %q",
		e.Path, e.Mode, e.Path)
}

// checkPrivate refuses a file that others can read. Windows says nothing in
// the mode; there the directory's access list protects the file.
func checkPrivate(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return &ExposedError{path, mode}
	}
	return nil
}

// writePrivate replaces a file whole, mode 0600 and its folder's owner's: after a power cut it is the
// old one or the new one.
func writePrivate(path string, content []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*") // created with mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err == nil {
		err = errors.Join(host.Own(f), f.Sync())
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(dir)
}

// syncDir makes a rename last. Windows cannot sync a directory and does not
// need to: NTFS journals it.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
