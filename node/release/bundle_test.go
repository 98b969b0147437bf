package release

import (
	"archive/tar"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"io"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func newKey(t testing.TB) ed25519.PrivateKey {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	return key
}

func public(key ed25519.PrivateKey) []ed25519.PublicKey {
	return []ed25519.PublicKey{key.Public().(ed25519.PublicKey)}
}

// packed is a bundle of a program of some length.
func packed(t testing.TB, key ed25519.PrivateKey, version string, size int) (bundle, program []byte) {
	program = make([]byte, size)
	noise := mrand.NewChaCha8([32]byte{1})
	_, err := noise.Read(program)
	require.NoError(t, err)
	var out bytes.Buffer
	_, err = Pack(&out, Manifest{Version: version, OS: "linux", Arch: "amd64", Level: 1}, bytes.NewReader(program), key)
	require.NoError(t, err)
	return out.Bytes(), program
}

// unpacked opens a bundle and unpacks it, as an update does.
func unpacked(raw []byte, believed []ed25519.PublicKey) ([]byte, error) {
	b, err := Open(bytes.NewReader(raw), believed)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = b.Unpack(&out)
	return out.Bytes(), err
}

func TestABundleBringsTheProgramThatWasSigned(t *testing.T) {
	key := newKey(t)
	raw, program := packed(t, key, "v1.2.3", 300_000)
	got, err := unpacked(raw, append(public(newKey(t)), public(key)...))
	require.NoError(t, err)
	require.Equal(t, program, got)
}

func TestABundleSignedBySomebodyElseIsRefused(t *testing.T) {
	raw, _ := packed(t, newKey(t), "v1.2.3", 1000)
	_, err := unpacked(raw, public(newKey(t)))
	require.ErrorIs(t, err, ErrUnsigned)
	_, err = unpacked(raw, nil)
	require.ErrorIs(t, err, ErrUnsigned)
}

// Wherever one bit is turned or the file ends, another program never comes out.
func TestADamagedBundleIsRefusedWhereverItIsDamaged(t *testing.T) {
	key := newKey(t)
	raw, program := packed(t, key, "v1.2.3", 20_000)
	tried := 0
	for at := 0; at < len(raw); at += 97 {
		bad := bytes.Clone(raw)
		bad[at] ^= 0x10
		if got, err := unpacked(bad, public(key)); err == nil {
			require.Equal(t, program, got, "bit of byte %d: padding of the tar says nothing", at)
			continue
		} else {
			require.True(t, known(err), "byte %d: %v", at, err)
		}
		tried++
	}
	require.Greater(t, tried, 150)
	for at := 0; at < len(raw)-2048; at += 101 { // the end of a tar is two empty blocks
		_, err := unpacked(raw[:at], public(key))
		require.True(t, known(err), "cut at %d: %v", at, err)
	}
}

func known(err error) bool {
	return errors.Is(err, ErrNotABundle) || errors.Is(err, ErrUnsigned) || errors.Is(err, ErrDamaged)
}

func TestAnotherProgramUnderAGoodSignatureIsRefused(t *testing.T) {
	key := newKey(t)
	good, _ := packed(t, key, "v1.2.3", 5000)
	other, _ := packed(t, newKey(t), "v1.2.3", 5001)
	_, err := unpacked(spliced(t, good, other), public(key))
	require.ErrorIs(t, err, ErrDamaged)
}

// spliced is a bundle with the manifest of one and the program of another.
func spliced(t *testing.T, head, tail []byte) []byte {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, from := range []struct {
		raw  []byte
		take []string
	}{{head, []string{manifestName, signatureName}}, {tail, []string{programName}}} {
		r := tar.NewReader(bytes.NewReader(from.raw))
		for {
			h, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			if strings.Contains(strings.Join(from.take, " "), h.Name) {
				require.NoError(t, w.WriteHeader(h))
				_, err = io.Copy(w, r)
				require.NoError(t, err)
			}
		}
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestABundleThatDoesNotFitIsRefusedByName(t *testing.T) {
	here := Here{Version: "v1.2.3", OS: "linux", Arch: "amd64", Level: 2}
	for _, c := range []struct {
		name  string
		m     Manifest
		force bool
		want  error
	}{
		{"newer", Manifest{Version: "v1.2.4", OS: "linux", Arch: "amd64", Level: 2}, false, nil},
		{"newer with a higher level", Manifest{Version: "v1.10.0", OS: "linux", Arch: "amd64", Level: 3}, false, nil},
		{"the same", Manifest{Version: "v1.2.3", OS: "linux", Arch: "amd64", Level: 2}, false, ErrOlder},
		{"older", Manifest{Version: "v1.2.2", OS: "linux", Arch: "amd64", Level: 2}, false, ErrOlder},
		{"older, forced", Manifest{Version: "v1.2.2", OS: "linux", Arch: "amd64", Level: 2}, true, nil},
		{"before the release", Manifest{Version: "v1.2.3-rc.1", OS: "linux", Arch: "amd64", Level: 2}, false, ErrOlder},
		{"another system", Manifest{Version: "v2.0.0", OS: "windows", Arch: "amd64", Level: 2}, true, ErrOther},
		{"another processor", Manifest{Version: "v2.0.0", OS: "linux", Arch: "arm64", Level: 2}, true, ErrOther},
		{"rules it does not know", Manifest{Version: "v2.0.0", OS: "linux", Arch: "amd64", Level: 1}, true, ErrLevel},
	} {
		t.Run(c.name, func(t *testing.T) { require.ErrorIs(t, c.m.Fits(here, c.force), c.want) })
	}
	dev := here
	dev.Version = "(devel) 0123456789ab"
	require.NoError(t, Manifest{Version: "v0.0.1", OS: "linux", Arch: "amd64", Level: 2}.Fits(dev, false), "a build nobody released is older than any")
}

func TestAManifestThatSaysNonsenseIsNotPacked(t *testing.T) {
	for _, m := range []Manifest{
		{Version: "1.2.3", OS: "linux", Arch: "amd64", Level: 1},
		{Version: "v1.2.3", Arch: "amd64", Level: 1},
		{Version: "v1.2.3", OS: "linux", Arch: "amd64"},
	} {
		_, err := Pack(io.Discard, m, bytes.NewReader([]byte("program")), newKey(t))
		require.ErrorIs(t, err, ErrNotABundle, "%+v", m)
	}
	_, err := Pack(io.Discard, Manifest{Version: "v1.2.3", OS: "linux", Arch: "amd64", Level: 1}, bytes.NewReader(nil), newKey(t))
	require.ErrorIs(t, err, ErrNotABundle, "an empty program")
}

func TestKeysOfAnOfficeStandInAFileOfTheMachine(t *testing.T) {
	dir := t.TempDir()
	_, err := Keys(dir)
	require.ErrorIs(t, err, ErrNoKey)
	key := public(newKey(t))[0]
	path := filepath.Join(dir, keysFile)
	require.NoError(t, os.WriteFile(path, []byte("# of the district\n\n"+base64.StdEncoding.EncodeToString(key)+"\r\n"), 0o600))
	got, err := Keys(dir)
	require.NoError(t, err)
	require.Equal(t, []ed25519.PublicKey{key}, got)
	require.NoError(t, os.WriteFile(path, []byte("bm9uc2Vuc2U=\n"), 0o600))
	_, err = Keys(dir)
	require.ErrorContains(t, err, "is no key")
}

func FuzzABundleNobodySignedIsNeverUnpacked(f *testing.F) {
	key := newKey(f)
	raw, _ := packed(f, key, "v1.2.3", 500)
	f.Add(raw)
	f.Add(raw[:700])
	f.Add([]byte("not a tar"))
	stranger := public(newKey(f))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, err := unpacked(raw, stranger)
		require.True(t, known(err), "%v", err)
	})
}
