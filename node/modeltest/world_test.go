package modeltest

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"gocua/store/civic"
	"gocua/store/command"
)

// world is everything of one run, and the model of it.
type world struct {
	t        *rapid.T
	dir      string
	founding *founding
	tally    *tally
	now      int64
	office   *office
	wards    []*ward
	line     *line

	model  *model
	events []event // all that was agreed on and matters to the model, in order
	clerk  clerk
	broken string // seen where nobody can fail
	looked command.Position

	steps                int
	wasCut, wasRestarted bool
}

// event is a capture that was agreed on, or an account that was changed.
type event struct {
	index   uint64
	capture *capture
	account *civic.PutOfficer
}

func (m *model) see(e event) {
	if e.account != nil {
		m.revoked[e.account.ID] = e.account.Disabled
		return
	}
	m.agree(e.capture)
}

func newWorld(t *rapid.T, f *founding, n *tally) *world {
	dir, err := os.MkdirTemp(f.dir, "run")
	require.NoError(t, err)
	w := &world{t: t, dir: dir, founding: f, tally: n, now: midday, model: newModel(), clerk: clerk{accounts: map[command.ID]*civic.PutOfficer{}}}
	for _, name := range []string{"district", "province"} {
		require.NoError(t, os.CopyFS(filepath.Join(dir, name), os.DirFS(filepath.Join(f.dir, name))))
	}
	w.office = &office{w: w, register: newRegister(filepath.Join(dir, "district"))}
	w.office.start()
	for _, id := range f.wards {
		m := &ward{w: w, id: id, dir: filepath.Join(dir, id.Node)}
		m.wire = &wire{tally: n, to: func() http.Handler { return w.office.handler() }}
		m.open()
		w.wards = append(w.wards, m)
	}
	w.line = newLine(w, filepath.Join(dir, "province"))
	return w
}

func (w *world) close() {
	err := w.line.province.store.Close()
	for _, m := range w.wards {
		m.follow()
		err = errors.Join(err, m.box.Close())
	}
	w.office.stop()
	err = errors.Join(err, w.office.store.Close(), os.RemoveAll(w.dir))
	require.NoError(w.t, err)
}

// clock is everybody's; a second passes whenever somebody looks.
func (w *world) clock() int64 {
	w.now += 1000
	return w.now
}

// agreed tells the model what was agreed on, and in which order.
func (w *world) agreed(index uint64, list []command.Envelope) {
	for _, e := range list {
		ev := event{index: index}
		switch e.Kind {
		case civic.KindOfficerPut:
			ev.account = w.clerk.accounts[e.ID]
		case civic.KindSeal, civic.KindReceipt:
			continue
		default:
			ev.capture = w.ward(e.Origin.Node).captures[e.Origin.Seq-1]
			if ev.capture.id != e.ID {
				w.broken = "another command was agreed on than was captured at " + e.Origin.Node
			}
		}
		w.events = append(w.events, ev)
		w.model.see(ev)
	}
}

func (w *world) ward(name string) *ward {
	for _, m := range w.wards {
		if m.id.Node == name {
			return m
		}
	}
	panic(name)
}

// restart stops the office and starts it again. The registers of the others
// catch up meanwhile, and lag from there.
func (w *world) restart(lostAll bool) {
	var lagged []*ward
	for _, m := range w.wards {
		if m.behind != nil {
			lagged = append(lagged, m)
		}
		m.follow()
	}
	w.office.restart(lostAll)
	w.line.connect()
	for _, m := range lagged {
		m.lag()
	}
}

// revoke withdraws the officer's grant, or gives it back.
func (w *world) revoke() {
	p := w.founding.account(w.founding.officer, civic.RoleOfficer, !w.model.revoked[w.founding.officer])
	id := w.clerk.mint("account")
	w.clerk.accounts[id] = &p
	out, err := w.office.ask(w.t.Context(), civic.KindOfficerPut, id, p)
	require.NoError(w.t, err)
	require.Equal(w.t, command.Accepted, out.Status)
}
