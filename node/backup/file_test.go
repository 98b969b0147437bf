package backup

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/stretchr/testify/require"

	"gocua/node/trust"
	"gocua/store/command"
)

// book stands for a register: bytes that nobody can press.
type book struct {
	bytes []byte
	fail  error
}

func (b book) WriteTo(w io.Writer) (int64, error) {
	n, err := io.Copy(w, bytes.NewReader(b.bytes))
	return n, errors.Join(err, b.fail)
}

// office is a machine with its authority.
func office(t testing.TB, cluster string) trust.Kit {
	ca, err := trust.NewCA(cluster, 3, day)
	require.NoError(t, err)
	id, err := ca.Issue("district", day)
	require.NoError(t, err)
	return trust.Kit{Identity: id, Authority: ca}
}

var day = time.Date(2026, 11, 26, 12, 30, 0, 0, time.UTC)

func secret(t testing.TB) *age.X25519Identity {
	id, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	return id
}

func writing(t testing.TB, path string, kit trust.Kit, size int, to ...age.Recipient) Writing {
	content := make([]byte, size)
	_, err := rand.Read(content)
	require.NoError(t, err)
	return Writing{Path: path, Recipients: to, Kit: kit, Register: book{bytes: content},
		Header: Header{Cluster: kit.Identity.Cluster, Generation: kit.Identity.Generation, Node: "district", Unit: "01CG", Tier: "cluster", Time: day, Index: 9, Term: 2},
		Told:   func(h *Header) { h.Says(1, 2, 3, 4, [32]byte{5}, [32]byte{6}, [32]byte{7}) }}
}

// restore reads a backup whole.
func restore(path string, key age.Identity) (Header, []byte, error) {
	b, err := Open(path)
	if err != nil {
		return Header{}, nil, err
	}
	defer b.Close()
	if _, err := b.Unseal(key); err != nil {
		return b.Header, nil, err
	}
	content, err := io.ReadAll(b)
	return b.Header, content, errors.Join(err, b.Finish())
}

func TestEachRecipientOpensABackupAndNobodyElseDoes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.gocua")
	one, two := secret(t), secret(t)
	w := writing(t, path, office(t, "01CG"), 300_000, one.Recipient(), two.Recipient())
	told, err := Write(w)
	require.NoError(t, err)
	for _, key := range []age.Identity{one, two} {
		h, content, err := restore(path, key)
		require.NoError(t, err)
		require.Equal(t, w.Register.(book).bytes, content)
		require.Equal(t, told, h)
		require.Equal(t, []any{uint64(1), uint64(4), uint64(9), true}, []any{h.Records, h.Audit, h.Index, h.Authority})
	}
	_, _, err = restore(path, secret(t))
	require.Equal(t, "backup_key", command.AsError(err).Code)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, info.Size(), told.FileSize())
}

func TestABackupForNobodyIsNotWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := Write(writing(t, filepath.Join(dir, "a.gocua"), office(t, "01CG"), 10))
	require.Equal(t, "backup_nobody", command.AsError(err).Code)
	requireEmpty(t, dir)
}

func TestABackupThatCannotBeFinishedLeavesNothing(t *testing.T) {
	t.Parallel()
	for rule, spoil := range map[string]func(*Writing){
		"the register cannot be read": func(w *Writing) { w.Register = book{bytes: make([]byte, 1000), fail: io.ErrUnexpectedEOF} },
		"the drill finds it wrong":    func(w *Writing) { w.Drill = func(string) error { return io.ErrUnexpectedEOF } },
	} {
		t.Run(rule, func(t *testing.T) {
			dir := t.TempDir()
			w := writing(t, filepath.Join(dir, "a.gocua"), office(t, "01CG"), 100_000, secret(t).Recipient())
			spoil(&w)
			_, err := Write(w)
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
			requireEmpty(t, dir)
		})
	}
}

// full is a stick that has room for so many bytes more.
type full struct{ room int }

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, syscall.ENOSPC
	}
	return len(b), nil
}

func (f *full) WriteAt(b []byte, _ int64) (int, error) { return f.Write(b) }

func TestWhatIsWrongWithThePlaceOfABackupIsSaid(t *testing.T) {
	t.Parallel()
	kit, to := office(t, "01CG"), secret(t).Recipient()
	whole := &full{room: 1 << 20}
	w := writing(t, "a.gocua", kit, 200_000, to)
	w.at = func(string) {}
	_, err := w.fill(place{whole})
	require.NoError(t, err)
	size := 1<<20 - whole.room
	for rule, room := range map[string]int{"not even its header": 100, "not its keys": len(magic) + headerSize + 10, "half of it": size / 2, "all but its last byte": size - 1} {
		_, err := w.fill(place{&full{room}})
		require.Equal(t, "backup_place", command.AsError(err).Code, rule)
		require.ErrorContains(t, err, syscall.ENOSPC.Error(), rule)
	}
	for step, spoil := range map[string]func(dir string) error{
		"begin":  os.RemoveAll,
		"rename": func(dir string) error { return os.Mkdir(filepath.Join(dir, "a.gocua"), 0o700) },
	} {
		dir := t.TempDir()
		w := writing(t, filepath.Join(dir, "a.gocua"), kit, 1000, to)
		w.at = func(s string) {
			if s == step {
				require.NoError(t, spoil(dir))
			}
		}
		_, err := Write(w)
		require.Equal(t, "backup_place", command.AsError(err).Code, step)
	}
	w = writing(t, filepath.Join(t.TempDir(), "a.gocua"), kit, 1000, to)
	w.Register = book{fail: context.Canceled}
	_, err = Write(w)
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, "internal", command.AsError(err).Code, "the place is not to blame")
}

func requireEmpty(t testing.TB, dir string) {
	held, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, held)
}

// A power cut is a copy of the directory at that moment.
func TestABackupThatWasCutShortByAPowerCutCountsForNothing(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), secret(t)
	w := writing(t, filepath.Join(dir, Name("district", day)), office(t, "01CG"), 300_000, key.Recipient())
	w.Drill = func(string) error { return nil }
	var steps []string
	w.at = func(step string) {
		steps = append(steps, step)
		image := t.TempDir()
		require.NoError(t, os.CopyFS(image, os.DirFS(dir)))
		require.NoError(t, Tidy(image, "district", day))
		held, err := os.ReadDir(image)
		require.NoError(t, err)
		if step != "renamed" {
			require.Empty(t, held, "at %s", step)
			return
		}
		_, content, err := restore(filepath.Join(image, held[0].Name()), key)
		require.NoError(t, err)
		require.Len(t, content, 300_000)
	}
	_, err := Write(w)
	require.NoError(t, err)
	require.Equal(t, []string{"begin", "seal", "register", "header", "sync", "drill", "rename", "renamed"}, steps)
}

func TestADamagedBackupIsRefusedWhereverItIsDamaged(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), secret(t)
	path := filepath.Join(dir, "a.gocua")
	h, err := Write(writing(t, path, office(t, "01CG"), 150_000, key.Recipient()))
	require.NoError(t, err)
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	text := bytes.TrimRight(whole[len(magic):len(magic)+headerSize], " ")
	bad := filepath.Join(dir, "b.gocua")
	refused := func(b []byte, codes ...string) {
		t.Helper()
		require.NoError(t, os.WriteFile(bad, b, 0o600))
		_, _, err := restore(bad, key)
		var known *command.Error
		require.ErrorAs(t, err, &known)
		require.Contains(t, codes, known.Code)
		require.NotEmpty(t, known.Message)
	}
	for _, n := range []int{0, 5, len(magic), 2000, len(magic) + headerSize, 50_000, len(whole) - 1} {
		refused(whole[:n], "backup_cut", "backup_unknown")
	}
	refused(append(bytes.Clone(whole), 0), "backup_damaged")
	at := func(i int) []byte { b := bytes.Clone(whole); b[i] ^= 1; return b }
	for i := 0; i < len(magic); i++ {
		refused(at(i), "backup_unknown", "backup_version")
	}
	for i := len(magic); i < len(magic)+len(text); i += 29 {
		refused(at(i), "backup_damaged", "backup_cut", "backup_foreign", "backup_version")
	}
	for i := len(magic) + headerSize; i < len(whole); i += 1 + len(whole)/97 {
		refused(at(i), "backup_damaged", "backup_key", "backup_cut")
	}
	refused(at(len(whole)-1), "backup_damaged")
	require.Equal(t, int64(len(whole)), h.FileSize())
}

// Whoever knows a recipient can seal a file to them; only machines of the
// cluster can sign one.
func TestABackupThatNoMachineOfTheClusterWroteIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a.gocua")
	ours, theirs := office(t, "01CG"), office(t, "01CG")
	h, err := Write(writing(t, path, theirs, 1000, secret(t).Recipient()))
	require.NoError(t, err)
	require.NoError(t, h.Check(theirs.Identity.Root))
	require.Equal(t, "backup_foreign", command.AsError(h.Check(ours.Identity.Root)).Code)

	h.Generation++
	require.Equal(t, "backup_damaged", command.AsError(h.Check(theirs.Identity.Root)).Code)
}

func FuzzHeader(f *testing.F) {
	kit := office(f, "01CG")
	path := filepath.Join(f.TempDir(), "a.gocua")
	_, err := Write(writing(f, path, kit, 10, secret(f).Recipient()))
	require.NoError(f, err)
	whole, err := os.ReadFile(path)
	require.NoError(f, err)
	f.Add(whole[:len(magic)+headerSize]) // the rest is not read, and makes the fuzzer slow
	f.Add([]byte(magic))
	f.Add(bytes.Repeat([]byte(magic), 400))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := ReadHeader(bytes.NewReader(b))
		if err != nil {
			var known *command.Error
			require.ErrorAs(t, err, &known, "whatever it is, a person is told what to do")
			return
		}
		require.Positive(t, h.Size)
		again, err := h.encode()
		if err != nil {
			return // escapes made it longer than fits
		}
		back, err := ReadHeader(bytes.NewReader(again))
		require.NoError(t, err)
		require.True(t, h.Time.Equal(back.Time))
		h.Time, back.Time = time.Time{}, time.Time{}
		require.Equal(t, h, back)
		_ = h.Check(kit.Identity.Root) // must not fall over
	})
}
