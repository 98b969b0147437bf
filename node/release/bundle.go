package release

import (
	"archive/tar"
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"
)

// A bundle is a tar of three files in this order, so that nothing is unpacked
// before its signature was checked.
const (
	manifestName  = "manifest.json"
	signatureName = "manifest.sig"
	programName   = "gocua.zst"
)

// purpose keeps a signature on a manifest from meaning anything elsewhere.
const purpose = "gocua update manifest 1\n"

const maxManifest = 4 << 10 // bytes

// Pack writes a bundle of a program. Size and digest of m are filled in.
func Pack(w io.Writer, m Manifest, program io.ReadSeeker, key ed25519.PrivateKey) (Manifest, error) {
	hash := sha256.New()
	n, err := io.Copy(hash, program)
	if err == nil {
		_, err = program.Seek(0, io.SeekStart)
	}
	if err != nil {
		return m, fmt.Errorf("release: packing: %w", err)
	}
	m.Size, m.SHA256 = n, hex.EncodeToString(hash.Sum(nil))
	if err := m.check(); err != nil {
		return m, err
	}
	raw, err := json.Marshal(m)
	if err != nil {
		return m, fmt.Errorf("release: packing: %w", err)
	}
	var pressed bytes.Buffer
	if err := press(&pressed, program); err != nil {
		return m, fmt.Errorf("release: packing: %w", err)
	}
	out := tar.NewWriter(w)
	for _, part := range []struct {
		name string
		data []byte
	}{{manifestName, raw}, {signatureName, ed25519.Sign(key, slices.Concat([]byte(purpose), raw))}, {programName, pressed.Bytes()}} {
		if err := out.WriteHeader(&tar.Header{Name: part.name, Mode: 0o644, Size: int64(len(part.data)), Format: tar.FormatUSTAR}); err != nil {
			return m, fmt.Errorf("release: packing: %w", err)
		}
		if _, err := out.Write(part.data); err != nil {
			return m, fmt.Errorf("release: packing: %w", err)
		}
	}
	return m, out.Close()
}

func press(w io.Writer, program io.Reader) error {
	enc, err := zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	_, err = io.Copy(enc, program)
	return errors.Join(err, enc.Close())
}

// Bundle is an update whose manifest somebody believed has signed.
type Bundle struct {
	Manifest
	in *tar.Reader
}

// Open reads a bundle's manifest and checks who signed it. Of the program
// nothing has been read yet.
func Open(r io.Reader, believed []ed25519.PublicKey) (*Bundle, error) {
	in := tar.NewReader(r)
	raw, err := small(in, manifestName)
	if err != nil {
		return nil, err
	}
	signature, err := small(in, signatureName)
	if err != nil {
		return nil, err
	}
	signed := slices.Concat([]byte(purpose), raw)
	if !slices.ContainsFunc(believed, func(key ed25519.PublicKey) bool { return ed25519.Verify(key, signed, signature) }) {
		return nil, ErrUnsigned
	}
	b := &Bundle{in: in}
	if err := json.Unmarshal(raw, &b.Manifest); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotABundle, err)
	}
	return b, b.check()
}

// small reads the next entry, which must have this name and be small.
func small(in *tar.Reader, name string) ([]byte, error) {
	head, err := in.Next()
	if err != nil || head.Name != name || head.Size > maxManifest {
		return nil, ErrNotABundle
	}
	raw, err := io.ReadAll(in)
	if err != nil {
		return nil, ErrDamaged
	}
	return raw, nil
}

// Unpack writes the program. What was written is to be thrown away after an
// error: it is no more than was signed, but not what was signed.
func (b *Bundle) Unpack(w io.Writer) error {
	head, err := b.in.Next()
	if err != nil || head.Name != programName {
		return ErrDamaged
	}
	dec, err := zstd.NewReader(b.in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return fmt.Errorf("release: unpacking: %w", err)
	}
	defer dec.Close()
	hash := sha256.New()
	into := &noting{to: w}
	n, err := io.Copy(io.MultiWriter(into, hash), io.LimitReader(dec, b.Size+1))
	switch {
	case into.err != nil:
		return fmt.Errorf("release: unpacking: %w", into.err)
	case err != nil || n != b.Size || hex.EncodeToString(hash.Sum(nil)) != b.SHA256:
		return ErrDamaged
	}
	return nil
}

// noting tells a disk that is full from a bundle that is damaged.
type noting struct {
	to  io.Writer
	err error
}

func (n *noting) Write(p []byte) (int, error) {
	done, err := n.to.Write(p)
	n.err = errors.Join(n.err, err)
	return done, err
}
