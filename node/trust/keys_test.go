package trust

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// cheap is an effort for tests.
var cheap = Cost{Memory: 64, Passes: 1, Lanes: 1}

const phrase = "cây đa bến nước sân đình"

// held is a machine's directory with keys made in it.
func held(t *testing.T) (dir string, keys *Keys) {
	t.Helper()
	dir = t.TempDir()
	keys, err := CreateKeys(dir, "", noon)
	require.NoError(t, err)
	return dir, keys
}

func opened(t *testing.T, dir string, way Way) *Keys {
	t.Helper()
	keys, err := OpenKeys(dir, way)
	require.NoError(t, err)
	return keys
}

func TestTheStorageKeyIsMadeOnceAndGuarded(t *testing.T) {
	dir, first := held(t)
	require.Len(t, first.Base(), 32)
	require.Equal(t, first, opened(t, dir, Way{}))
	path := filepath.Join(dir, keyFile)
	kek, err := os.ReadFile(path)
	require.NoError(t, err)

	for name, text := range map[string]string{"empty": "", "short": "00ff", "not hex": string(make([]byte, 64))} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		_, err := OpenKeys(dir, Way{})
		require.ErrorContains(t, err, "not a storage key", name)
		kept, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, text, string(kept), "a damaged key is never replaced")
	}
	require.NoError(t, os.WriteFile(path, kek, 0o600))
	if runtime.GOOS != "windows" {
		require.NoError(t, os.Chmod(path, 0o644))
		_, err = OpenKeys(dir, Way{})
		var exposed *ExposedError
		require.ErrorAs(t, err, &exposed)
		require.ErrorContains(t, err, "chmod 600")
	}
}

func TestTheKeyringHoldsNoKeyInTheClear(t *testing.T) {
	dir, keys := held(t)
	raw, err := os.ReadFile(filepath.Join(dir, ringFile))
	require.NoError(t, err)
	require.NotContains(t, string(raw), string(keys.Base()))
	kek, err := os.ReadFile(filepath.Join(dir, keyFile))
	require.NoError(t, err)
	require.NotContains(t, string(kek), string(keys.Base()), "the file opens the keyring and is no key of data")
}

func TestAKeyFileMayLieElsewhereAndWithoutItTheMachineIsLocked(t *testing.T) {
	dir, keys := held(t)
	stick := filepath.Join(t.TempDir(), "gocua.key")
	require.NoError(t, Rotate(dir, Way{}, stick, cheap, noon))
	require.NoFileExists(t, filepath.Join(dir, keyFile))
	require.Equal(t, keys.Base(), opened(t, dir, Way{}).Base(), "the place is remembered")
	require.NoError(t, os.Chmod(stick, 0o755), "a stick knows no owners")
	opened(t, dir, Way{})

	moved := filepath.Join(t.TempDir(), "gocua.key")
	raw, err := os.ReadFile(stick)
	require.NoError(t, err)
	require.NoError(t, os.Remove(stick))
	_, err = OpenKeys(dir, Way{})
	var locked *LockedError
	require.ErrorAs(t, err, &locked)
	require.Equal(t, LockedError{File: stick}, *locked)
	s, err := KeysOf(dir)
	require.NoError(t, err)
	require.True(t, s.Missing)

	require.NoError(t, os.WriteFile(moved, raw, 0o600))
	require.Equal(t, keys.Base(), opened(t, dir, Way{File: moved}).Base())
	require.Equal(t, keys.Base(), opened(t, dir, Way{}).Base(), "from now on it is looked for there")

	require.NoError(t, os.WriteFile(moved, bytes.Repeat([]byte("ab"), 32), 0o600))
	_, err = OpenKeys(dir, Way{})
	require.ErrorIs(t, err, ErrWrongKeyFile)
}

func TestAKeyFileNeverReplacesAnotherMachines(t *testing.T) {
	dir, keys := held(t)
	stick := filepath.Join(t.TempDir(), "gocua.key")
	require.NoError(t, os.WriteFile(stick, []byte("another machine's"), 0o600))
	require.ErrorContains(t, Rotate(dir, Way{}, stick, cheap, noon), "nothing was changed")
	require.Equal(t, keys, opened(t, dir, Way{}))
	kept, err := os.ReadFile(stick)
	require.NoError(t, err)
	require.Equal(t, "another machine's", string(kept))
}

func TestAPassphraseOpensAndTheKeyFileNoLongerDoes(t *testing.T) {
	dir, keys := held(t)
	kek, err := os.ReadFile(filepath.Join(dir, keyFile))
	require.NoError(t, err)
	require.ErrorContains(t, SetPassphrase(dir, Way{}, "ngắn quá", cheap), "12 characters")
	require.NoError(t, SetPassphrase(dir, Way{}, phrase, cheap))

	require.NoFileExists(t, filepath.Join(dir, keyFile))
	require.NoError(t, os.WriteFile(filepath.Join(dir, keyFile), kek, 0o600), "somebody kept a copy")
	_, err = OpenKeys(dir, Way{})
	var locked *LockedError
	require.ErrorAs(t, err, &locked)
	require.True(t, locked.Passphrase)
	_, err = OpenKeys(dir, Way{Passphrase: phrase + "."})
	require.ErrorIs(t, err, ErrWrongPassphrase)
	require.Equal(t, keys, opened(t, dir, Way{Passphrase: phrase}))
	require.Equal(t, keys, opened(t, dir, Way{Passphrase: norm.NFD.String(phrase)}), "typed with marks of their own")
}

func TestAPassphraseIsChangedAndRemovedByWhoKnowsIt(t *testing.T) {
	dir, keys := held(t)
	require.NoError(t, SetPassphrase(dir, Way{}, phrase, cheap))
	require.ErrorIs(t, SetPassphrase(dir, Way{Passphrase: "không biết gì cả"}, "một câu khác hẳn", cheap), ErrWrongPassphrase)
	require.NoError(t, SetPassphrase(dir, Way{Passphrase: phrase}, "một câu khác hẳn", cheap))
	_, err := OpenKeys(dir, Way{Passphrase: phrase})
	require.ErrorIs(t, err, ErrWrongPassphrase)

	require.Error(t, RemovePassphrase(dir, Way{}, ""))
	require.NoError(t, RemovePassphrase(dir, Way{Passphrase: "một câu khác hẳn"}, ""))
	require.Equal(t, keys, opened(t, dir, Way{}))
	require.Error(t, RemovePassphrase(dir, Way{}, ""), "none is set any more")
}

func TestARotationAddsAGenerationAndTheOldFileOpensNothing(t *testing.T) {
	for name, way := range map[string]Way{"key file": {}, "passphrase": {Passphrase: phrase}} {
		t.Run(name, func(t *testing.T) {
			dir, keys := held(t)
			if way.Passphrase != "" {
				require.NoError(t, SetPassphrase(dir, Way{}, phrase, cheap))
			}
			ring, err := os.ReadFile(filepath.Join(dir, ringFile))
			require.NoError(t, err)
			old, missing := os.ReadFile(filepath.Join(dir, keyFile))
			require.NoError(t, Rotate(dir, way, "", cheap, noon))

			now := opened(t, dir, way)
			require.Equal(t, keys.Base(), now.Base())
			require.Len(t, now.Register(), 2)
			require.Equal(t, keys.Base(), now.Register()[1])
			s, err := KeysOf(dir)
			require.NoError(t, err)
			require.Equal(t, 2, s.Generations)
			fresh, err := os.ReadFile(filepath.Join(dir, ringFile))
			require.NoError(t, err)
			require.NotEqual(t, ring, fresh)
			if missing == nil {
				require.NoError(t, os.WriteFile(filepath.Join(dir, keyFile), old, 0o600))
				_, err = OpenKeys(dir, Way{})
				require.ErrorIs(t, err, ErrWrongKeyFile)
			}
		})
	}
}

// The power may go at any step: whatever lies there afterwards, a machine that
// could be opened can be opened.
func TestAPowerCutWhileTheKeyFileIsReplacedLocksNobodyOut(t *testing.T) {
	dir, keys := held(t)
	kek := func() []byte {
		raw, err := os.ReadFile(filepath.Join(dir, keyFile))
		require.NoError(t, err)
		return raw
	}
	before := kek()
	r, err := loadRing(dir)
	require.NoError(t, err)
	old, err := r.readKeyFile(r.place())
	require.NoError(t, err)
	fresh := freshKey()
	require.NoError(t, r.reseal(keys, fileOpener(old), fileOpener(fresh)))
	require.Equal(t, before, kek())
	require.Equal(t, keys, opened(t, dir, Way{}), "cut before the new file is there")
	require.NoError(t, writeKeyFile(r.place(), fresh))
	require.Equal(t, keys, opened(t, dir, Way{}), "cut after")
	require.NoError(t, Rotate(dir, Way{}, "", cheap, noon), "and it can be rotated again")
	require.Equal(t, keys.Base(), opened(t, dir, Way{}).Base())
}

func TestFoundingThatWasBrokenOffGoesOnWithTheKeyFileThatIsThere(t *testing.T) {
	dir, _ := held(t)
	require.NoError(t, os.Remove(filepath.Join(dir, ringFile)))
	_, err := OpenKeys(dir, Way{})
	require.ErrorIs(t, err, ErrNoKeyring)
	keys, err := CreateKeys(dir, "", noon)
	require.NoError(t, err)
	require.Equal(t, keys, opened(t, dir, Way{}))
}

func TestAKeyringThatAsksForAnAbsurdEffortIsRefused(t *testing.T) {
	dir, _ := held(t)
	require.NoError(t, SetPassphrase(dir, Way{}, phrase, cheap))
	r, err := loadRing(dir)
	require.NoError(t, err)
	for _, c := range []Cost{{}, {Memory: 2 << 20, Passes: 1, Lanes: 1}, {Memory: 64, Passes: 99, Lanes: 1}, {Memory: 64, Passes: 1, Lanes: 200}} {
		r.Openers[0].Cost = c
		require.NoError(t, r.save())
		_, err := OpenKeys(dir, Way{Passphrase: phrase})
		require.ErrorContains(t, err, "absurd")
	}
	require.NoError(t, StandardCost().check())
}

func TestWhatWasSealedOpensInItsPlaceOfItsPurposeAfterARotation(t *testing.T) {
	dir, keys := held(t)
	log, err := keys.Sealer("raft log")
	require.NoError(t, err)
	snapshots, err := keys.Sealer("raft snapshots")
	require.NoError(t, err)
	sealed := log.Seal([]byte("7"), []byte("một mục"))
	require.Len(t, sealed, len("một mục")+log.Overhead())
	require.NotEqual(t, sealed, log.Seal([]byte("7"), []byte("một mục")), "nobody can tell that two are the same")

	require.NoError(t, Rotate(dir, Way{}, "", cheap, noon))
	after, err := opened(t, dir, Way{}).Sealer("raft log")
	require.NoError(t, err)
	for _, s := range []*Sealer{log, after} {
		plain, err := s.Open([]byte("7"), sealed)
		require.NoError(t, err)
		require.Equal(t, "một mục", string(plain))
	}
	fresh := after.Seal([]byte("7"), []byte("một mục"))
	_, err = log.Open([]byte("7"), fresh)
	require.Error(t, err, "it is under the new generation")

	flipped := func(at int) []byte { b := bytes.Clone(sealed); b[at] ^= 1; return b }
	for name, try := range map[string]func() ([]byte, error){
		"another place":      func() ([]byte, error) { return log.Open([]byte("8"), sealed) },
		"another purpose":    func() ([]byte, error) { return snapshots.Open([]byte("7"), sealed) },
		"another generation": func() ([]byte, error) { return after.Open([]byte("7"), flipped(3)) },
		"a bit":              func() ([]byte, error) { return log.Open([]byte("7"), flipped(len(sealed)-1)) },
		"cut":                func() ([]byte, error) { return log.Open([]byte("7"), sealed[:3]) },
		"nothing":            func() ([]byte, error) { return log.Open([]byte("7"), nil) },
	} {
		_, err := try()
		require.True(t, errors.Is(err, errDoesNotOpen), name)
	}
}

// A form is about 600 bytes, a page of a list 20 KiB, the largest entry 64 KiB.
func BenchmarkSealing(b *testing.B) {
	keys := &Keys{}
	keys.add(noon)
	s, err := keys.Sealer("raft log")
	require.NoError(b, err)
	for _, size := range []int{600, 20 << 10, 64 << 10} {
		plain, place := make([]byte, size), make([]byte, 17)
		b.Run(strconv.Itoa(size), func(b *testing.B) {
			b.SetBytes(int64(size))
			for b.Loop() {
				s.Seal(place, plain)
			}
		})
	}
}
