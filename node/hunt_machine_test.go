package node

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"gocua/node/auth"
	"gocua/node/backup"
	"gocua/node/lookup"
	"gocua/node/trust"
	"gocua/raft"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/outbox"
)

const (
	huntedEach = 250 // names, and as many numbers
	typedIn    = 50  // of them by hand, the others in a list
)

// used is a machine at which everything was done that an office does with names and
// numbers, every one of the markers.
type used struct {
	*Node
	t    *testing.T
	hunt *hunt
	by   command.ID
	log  *os.File
	made BackupDone // among its files
	key  string     // file of the secret key that opens it, elsewhere
}

func usedMachine(t *testing.T, h *hunt) *used {
	t.Helper()
	root := t.TempDir()
	f := founding(filepath.Join(root, "district"))
	require.NoError(t, Init(f))
	log, err := os.Create(filepath.Join(root, "district.log"))
	require.NoError(t, err)
	t.Cleanup(func() { log.Close() })
	n, err := Open(Config{Dir: f.Dir, Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, n.Close()) })
	u := &used{Node: run(t, n), t: t, hunt: h, log: log, by: command.NewID()}
	phc, err := auth.HashPassword(deskPassword)
	require.NoError(t, err)
	must(t, n, command.ID{}, draftOf(t, civic.KindOfficerPut, clusterCode, civic.PutOfficer{ID: u.by, User: "ban.lam", Name: "Bàn Làm Việc",
		Role: civic.RoleOfficer, Unit: wardCode, Hash: phc}))
	return u
}

func (u *used) name(i int) string {
	w := u.hunt.markers[i]
	return "Nguyễn " + strings.ToUpper(w[:1]) + w[1:]
}

func (u *used) number(i int) string { return u.hunt.markers[huntedEach+i] }

// work is a day at the machine.
func (u *used) work() {
	u.t.Helper()
	u.list(typedIn, huntedEach)
	require.NoError(u.t, u.raft.Snapshot(u.t.Context()))
	for i := range typedIn {
		u.form(i)
	}
	u.refused()
	u.search()
	require.NoError(u.t, u.raft.Snapshot(u.t.Context()))
	u.carry()
	u.draft()
	u.export()
	u.backUp()
}

// list imports people, some of whom nobody can make sense of: they are in the result.
func (u *used) list(from, to int) {
	u.t.Helper()
	var b bytes.Buffer
	b.WriteString("STT,Họ và tên,Ngày sinh,Giới tính,Số định danh,Địa chỉ,Tổ dân phố\n")
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "%d,%s,%02d/03/1970,Nam,%s,Số %d,Tổ 1\n", i, u.name(i), i%28+1, u.number(i), i)
	}
	fmt.Fprintf(&b, "x,%s,31/02/1970,Nam,%s,Số 9,Tổ 1\n", u.name(from), u.number(from)+"9")
	job := imported(u.t, u.Node, b.Bytes())
	require.Equal(u.t, "done", job.State, "%+v", job)
	require.Equal(u.t, to-from, job.Added, "%+v", job)
}

// form is one resident typed in, with a birth, and a change of the name.
func (u *used) form(i int) {
	u.t.Helper()
	id := command.NewID()
	must(u.t, u.Node, u.by, draftOf(u.t, civic.KindResidentPut, wardCode, map[string]any{"id": id, "name": u.name(i), "birth": "1970", "sex": "male", "personalNumber": u.number(i)}))
}

// refused are changes of what has changed since: they wait in the review list, and
// one with a body that is wrong.
func (u *used) refused() {
	u.t.Helper()
	id := command.NewID()
	must(u.t, u.Node, u.by, draftOf(u.t, civic.KindResidentPut, wardCode, map[string]any{"id": id, "name": "Lê Thị Đào", "birth": "1955", "sex": "female"}))
	for i := range 20 {
		edits := []map[string]any{{"field": "name", "was": "Ai Khác", "now": u.name(i)}}
		decided, err := u.capture.Submit(u.t.Context(), command.Actor{Officer: u.by}, []command.Draft{draftOf(u.t, civic.KindResidentEdit, wardCode, map[string]any{"id": id, "edits": edits})}, patience)
		require.NoError(u.t, err)
		require.Equal(u.t, command.Conflicted, decided[0].Outcome.Status)
		_, err = u.capture.Submit(u.t.Context(), command.Actor{Officer: u.by}, []command.Draft{draftOf(u.t, civic.KindResidentPut, wardCode,
			map[string]any{"id": command.NewID(), "name": u.name(i), "birth": u.number(i), "sex": "male"})}, patience)
		require.Error(u.t, err)
	}
}

// search types every tenth name and number into the box of the page, and opens who
// is found.
func (u *used) search() {
	u.t.Helper()
	c := window(u.t)
	sitsDown(u.t, c, u.URL())
	found := 0
	for i := 0; i < huntedEach; i += 10 {
		for _, q := range []string{u.name(i), u.number(i)} {
			page := ask(u.t, c, "GET", u.URL()+"/nhan-khau?"+url.Values{"q": {q}}.Encode(), "")
			if strings.Contains(page.body, u.name(i)) {
				found++
			}
		}
	}
	require.Greater(u.t, found, huntedEach/10, "the search works")
}

// carry keeps copies as for another machine.
func (u *used) carry() {
	u.t.Helper()
	var copies []command.Envelope
	for _, it := range u.box.Recent(typedIn) {
		copies = append(copies, it.Envelope)
	}
	require.NoError(u.t, u.carried.Hold(u.t.Context(), copies))
}

// draft is a list somebody has not decided about yet.
func (u *used) draft() {
	u.t.Helper()
	var b bytes.Buffer
	b.WriteString("Họ và tên,Ngày sinh,Số định danh\n")
	for i := range huntedEach {
		fmt.Fprintf(&b, "%s,%02d/03/1970,%s\n", u.name(i), i%28+1, u.number(i))
	}
	_, err := u.imports.hold(command.Actor{Officer: u.by}, wardCode, u.hunt.markers[0]+".csv", b.Bytes())
	require.NoError(u.t, err)
}

// export makes a file of them all, which waits to be fetched.
func (u *used) export() {
	u.t.Helper()
	require.NoError(u.t, u.exports.start(lookup.ExportJob{ID: "x1", Name: "nhan-khau.csv", Officer: u.by}, func(_ context.Context, w io.Writer, _ func(int)) (int, error) {
		for i := range huntedEach {
			if _, err := fmt.Fprintf(w, "%s,%s\n", u.name(i), u.number(i)); err != nil {
				return 0, err
			}
		}
		return huntedEach, nil
	}))
	eventually(u.t, "the export", func() bool { return u.exports.list()[0].State == jobDone })
}

// backUp makes a backup where the nightly ones go, and tries it out.
func (u *used) backUp() {
	u.t.Helper()
	key, to := keyFile(u.t)
	require.NoError(u.t, backup.Plan{Recipients: []string{to}}.Save(u.cfg.Dir))
	made, err := u.Backup(u.t.Context(), BackupOrder{})
	require.NoError(u.t, err)
	require.True(u.t, made.Verified)
	u.made, u.key = made, key
}

// unsealed is what is in a backup, as age would leave it that seals nothing.
func unsealed(t *testing.T, file, key string) []byte {
	t.Helper()
	b, _, err := openBackup(file, key)
	require.NoError(t, err)
	raw, err := io.ReadAll(b)
	require.NoError(t, errors.Join(err, b.Finish(), b.Close()))
	return raw
}

// inTheClear writes what the machine of a directory keeps as one would that seals
// nothing: the same register, log and snapshot, and what is in the sealed files.
func inTheClear(t *testing.T, dir, node string) (clear string) {
	t.Helper()
	clear = t.TempDir()
	keys, err := trust.OpenKeys(dir, trust.Way{})
	require.NoError(t, err)
	seals, err := LogSeals(keys)
	require.NoError(t, err)
	log, err := raft.OpenFloor(filepath.Join(clear, "raft"), nil)
	require.NoError(t, err)
	register, err := store.OpenFloor(filepath.Join(clear, "register"), nil)
	require.NoError(t, err)
	entries := func(yield func(store.Entry, error) bool) {
		require.NoError(t, raft.ReadLog(filepath.Join(dir, "raft"), seals, func(e raft.Entry) error {
			require.NoError(t, log.Append(e))
			yield(store.Entry(e), nil)
			return nil
		}))
	}
	_, err = store.Replay(store.Config{Dir: filepath.Join(t.TempDir(), "replayed"), Key: keys.Base(), Table: civic.Table(), Level: civic.Level}, entries,
		func(_ store.Entry, wrote []map[string][]byte) error {
			for _, keys := range wrote {
				require.NoError(t, register.Commit(keys))
			}
			return nil
		})
	require.NoError(t, err)
	require.NoError(t, log.Close())
	require.NoError(t, register.Close())
	require.NoError(t, raft.ReadSnapshot(filepath.Join(dir, "raft"), seals, func(r io.Reader) error {
		raw, err := io.ReadAll(r)
		return errors.Join(err, put(clear, "snapshot", raw))
	}))
	for _, box := range []struct {
		dir     string
		carrier *outbox.Carrier
	}{{"outbox", nil}, {carriedDir, &outbox.Carrier{Copies: 1000, Bytes: 1 << 20, Total: 1 << 20}}} {
		o, err := outbox.Open(outbox.Config{Dir: filepath.Join(dir, box.dir), Key: keys.Base(), Node: node, Carrier: box.carrier})
		require.NoError(t, err)
		raw, err := json.Marshal(o.Recent(0))
		require.NoError(t, errors.Join(err, put(clear, box.dir, raw), o.Close()))
	}
	keep, err := newDrawer(keys.Base(), "imports")
	require.NoError(t, err)
	require.NoError(t, filepath.WalkDir(filepath.Join(dir, "imports"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := keep.read(path)
		return errors.Join(err, put(clear, "imports-"+filepath.Base(path), raw))
	}))
	return clear
}

func put(dir, name string, raw []byte) error {
	return os.WriteFile(filepath.Join(dir, name), raw, 0o600)
}

func TestNoFileOfAMachineHoldsANameOrNumberInTheClear(t *testing.T) {
	t.Parallel()
	h := newHunt(t, huntedEach)
	u := usedMachine(t, h)
	u.work()
	root, dir := filepath.Dir(u.cfg.Dir), u.cfg.Dir

	require.NoError(t, u.log.Sync())
	crashed := t.TempDir() // the files as they lie when the power goes
	require.NoError(t, os.CopyFS(crashed, os.DirFS(root)))
	exported, err := u.exports.open("x1")
	require.NoError(t, err)
	inExport, err := io.ReadAll(exported)
	require.NoError(t, errors.Join(err, exported.Close()))
	require.NoError(t, u.Close())
	again := filepath.Join(t.TempDir(), "again")
	_, err = Restore(t.Context(), Restoring{Dir: filepath.Join(again, "district"), File: u.made.File, Key: u.key, HTTP: "127.0.0.1:0", Peer: "127.0.0.1:0", Profile: ProfileLAN})
	require.NoError(t, err)

	for _, place := range []struct{ name, dir string }{{"after a crash", crashed}, {"after it was stopped", root}, {"made again from its backup", again}} {
		p, files, size := h.below(t, place.dir)
		t.Logf("%s: %d markers hunted through %d files, %d KiB: %d found", place.name, len(h.markers), files, size>>10, len(p.markers))
		require.Empty(t, p.files, place.name)
		if place.dir == again {
			continue
		}
		require.Greater(t, files, 20)
		for _, name := range []string{"district.log", filepath.Base(u.made.File)} {
			require.NotEmpty(t, filesNamed(t, place.dir, name), "%s is among them", name)
		}
	}

	clear := inTheClear(t, dir, "district")
	require.NoError(t, put(clear, "export", inExport))
	require.NoError(t, put(clear, "backup", unsealed(t, u.made.File, u.key)))
	p, files, size := h.below(t, clear)
	t.Logf("with nothing sealed: %d files, %d KiB: %d of %d found; register %d, log %d, snapshot %d, outbox %d, carried %d, imports %d, export %d, backup %d", files, size>>10, len(p.markers), len(h.markers),
		p.in("register"), p.in("raft/raft.db"), p.in("snapshot"), p.in("outbox"), p.in(carriedDir), p.in("imports"), p.in("export"), p.in("backup"))
	require.Len(t, p.markers, 2*huntedEach, "the same hunt finds every one where nothing is sealed")
	for where, least := range map[string]int{"register": 2 * huntedEach, "raft/raft.db": 2 * huntedEach, "snapshot": 2 * huntedEach, "outbox": 2 * typedIn, carriedDir: typedIn, "imports": 2 * huntedEach, "export": 2 * huntedEach, "backup": 2 * huntedEach} {
		require.GreaterOrEqual(t, p.in(where), least, where)
	}
}

func filesNamed(t *testing.T, dir, name string) (sizes []int64) {
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == name {
			if info, err := d.Info(); err == nil && info.Size() > 0 {
				sizes = append(sizes, info.Size())
			}
		}
		return err
	}))
	return sizes
}

func TestTheHuntFindsAWordInEveryFormAndInWhateverItIsPacked(t *testing.T) {
	h := newHunt(t, 5)
	word, number := h.markers[0], h.markers[7]
	pressed, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, err = io.WriteString(z, strings.Repeat("gõ cửa ", 50)+word)
	require.NoError(t, errors.Join(err, z.Close()))
	snappy := append([]byte{200, 1}, append([]byte{60 << 2, 199}, (strings.Repeat("a b c d ", 23) + number + "    ")[:200]...)...)
	for name, c := range map[string]struct {
		bytes  []byte
		marker int
	}{
		"as it is":    {[]byte("xx" + word), 0},
		"capitals":    {[]byte("xx" + strings.ToUpper(word) + "y"), 0},
		"digits":      {[]byte(`"personalNumber":"` + number + `"`), 7},
		"UTF-16":      {[]byte(strings.Join(strings.Split("x"+number, ""), "\x00") + "\x00"), 7},
		"hex":         {fmt.Appendf(nil, "a%x", word), 0},
		"base64":      {[]byte(jsonOf(t, []byte("name: "+word))), 0},
		"base64, 1":   {[]byte(jsonOf(t, []byte("name: x"+word))), 0},
		"base64, 2":   {[]byte(jsonOf(t, []byte("name: xy"+word))), 0},
		"zstd":        {pressed.EncodeAll([]byte(strings.Repeat("gõ cửa ", 50)+word), []byte("before")), 0},
		"zstd twice":  {pressed.EncodeAll(pressed.EncodeAll([]byte(strings.Repeat("gõ ", 50)+word), nil), nil), 0},
		"gzip":        {append([]byte("before"), zipped.Bytes()...), 0},
		"snappy":      {append([]byte{255, 255}, snappy...), 7},
		"in the name": {nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir, file := t.TempDir(), "file"
			if c.bytes == nil {
				file = word + ".csv"
			}
			require.NoError(t, put(dir, file, c.bytes))
			p, files, _ := h.below(t, dir)
			require.Equal(t, 1, files)
			require.Equal(t, map[int]bool{c.marker: true}, p.markers)
		})
	}
}

func jsonOf(t *testing.T, v any) []byte {
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	return raw
}
