package modeltest

import (
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// step is one thing that happens. It reports false if there was nothing to do.
type step func(t *rapid.T, m *ward) bool

// happens lets things happen to the world, checking after each. Some have
// several names, so that they happen more often.
func (w *world) happens() {
	steps := map[string]step{
		"a new family":                w.clerkStep(w.family),
		"a form":                      w.clerkStep(w.work),
		"another form":                w.clerkStep(w.work),
		"one form more":               w.clerkStep(w.work),
		"a decision":                  w.clerkStep(w.decision),
		"the same again":              w.clerkStep(w.again),
		"the officer's grant":         w.grant,
		"a delivery":                  w.delivery,
		"another delivery":            w.delivery,
		"a delivery that goes wrong":  w.badDelivery,
		"a late delivery":             w.lateDelivery,
		"one later still":             w.lateDelivery,
		"the cable":                   w.cable,
		"the other cable":             w.cable,
		"the machine's register lags": w.lags,
		"the machine stops":           w.machineStops,
		"the office stops":            w.officeStops,
		"the log comes again":         w.logAgain,
		"the line goes on":            w.lineGoesOn,
		"the line goes wrong":         w.lineGoesWrong,
		"a late parcel":               w.lateParcel,
		"a backup of the province":    w.backup,
		"the province is put back":    w.putBack,
		"the outbox is compacted":     w.compaction,
	}
	actions := map[string]func(*rapid.T){"": func(*rapid.T) { w.check() }}
	for name, do := range steps {
		actions[name] = func(t *rapid.T) {
			if do(t, w.wards[rapid.IntRange(0, len(w.wards)-1).Draw(t, "machine")]) {
				w.steps++
			}
		}
	}
	w.t.Repeat(actions)
}

func (w *world) clerkStep(draw func(*rapid.T) []*capture) step {
	return func(t *rapid.T, m *ward) bool {
		m.submit(draw(t))
		return true
	}
}

func (w *world) grant(t *rapid.T, _ *ward) bool {
	if !w.model.revoked[w.founding.officer] && rapid.Bool().Draw(t, "not now") {
		return false
	}
	w.revoke()
	return true
}

func (w *world) delivery(t *rapid.T, m *ward) bool {
	waiting := m.box.Undecided(0)
	if len(waiting) == 0 {
		return false
	}
	most := len(waiting)
	if rapid.Bool().Draw(t, "a part") {
		most = rapid.IntRange(1, most).Draw(t, "commands")
	}
	m.deliver(most, passes)
	if !m.wire.cut {
		require.LessOrEqual(t, m.box.Stats().Waiting, len(waiting)-most, "what was sent is settled")
	}
	return true
}

func (w *world) badDelivery(t *rapid.T, m *ward) bool {
	waiting := len(m.box.Undecided(0))
	if waiting == 0 {
		return false
	}
	does := rapid.SampledFrom(fates).Draw(t, "fate")
	w.office.unheard = does == passes
	m.deliver(rapid.IntRange(1, waiting).Draw(t, "commands"), does)
	w.office.unheard = false
	return true
}

// lateDelivery has the network bring what was sent some time ago, heard, lost or
// done already; whatever was sent behind it has overtaken it.
func (w *world) lateDelivery(t *rapid.T, m *ward) bool {
	if len(m.wire.past) == 0 || m.wire.cut {
		return false
	}
	i := rapid.IntRange(0, len(m.wire.past)-1).Draw(t, "delivery")
	m.late(m.wire.past[i])
	w.tally.late(i, len(m.wire.past))
	return true
}

// cable cuts the machine off, or connects it again. Its own register lags from
// the cut on, until it is told that it has caught up.
func (w *world) cable(_ *rapid.T, m *ward) bool {
	m.wire.cut = !m.wire.cut
	if m.wire.cut {
		w.wasCut = true
		m.lag()
	}
	return true
}

func (w *world) lags(_ *rapid.T, m *ward) bool {
	switch {
	case m.wire.cut:
		return false
	case m.behind == nil:
		m.lag()
	default:
		m.follow()
	}
	return true
}

func (w *world) machineStops(t *rapid.T, m *ward) bool {
	m.restart(rapid.Bool().Draw(t, "killed"))
	w.restarted()
	return true
}

func (w *world) officeStops(t *rapid.T, _ *ward) bool {
	w.restart(rapid.Bool().Draw(t, "its disk lost everything"))
	w.restarted()
	return true
}

func (w *world) restarted() {
	w.wasRestarted = true
	w.tally.restarts++
}

// logAgain hands the register entries that it has applied.
func (w *world) logAgain(t *rapid.T, _ *ward) bool {
	if len(w.office.log) == 0 {
		return false
	}
	from := rapid.IntRange(0, len(w.office.log)-1).Draw(t, "from")
	at, before := w.office.stands()
	_, err := w.office.store.Apply(w.office.log[from:])
	require.NoError(t, err)
	after, now := w.office.stands()
	require.Equal(t, at, after, "applied twice, done twice")
	require.Equal(t, before, now, "applied twice, done twice")
	w.tally.duplicates++
	return true
}

func (w *world) lineGoesOn(*rapid.T, *ward) bool {
	w.line.run(20)
	return true
}

func (w *world) lineGoesWrong(t *rapid.T, _ *ward) bool {
	if rapid.IntRange(0, 4).Draw(t, "cable") == 0 {
		w.line.wire.cut = !w.line.wire.cut
		w.wasCut = w.wasCut || w.line.wire.cut
	}
	w.office.unheard = rapid.IntRange(0, 3).Draw(t, "not heard at the office") == 0
	w.line.run(rapid.IntRange(1, 6).Draw(t, "steps"), rapid.SliceOfN(rapid.SampledFrom(fates), 1, 3).Draw(t, "fates")...)
	w.office.unheard = false
	return true
}

func (w *world) lateParcel(t *rapid.T, _ *ward) bool {
	if len(w.line.wire.past) == 0 || w.line.wire.cut {
		return false
	}
	i := rapid.IntRange(0, len(w.line.wire.past)-1).Draw(t, "parcel")
	w.line.late(w.line.wire.past[i])
	w.tally.late(i, len(w.line.wire.past))
	return true
}

func (w *world) backup(*rapid.T, *ward) bool {
	w.line.backup()
	return true
}

func (w *world) putBack(t *rapid.T, _ *ward) bool {
	if len(w.line.backups) == 0 {
		return false
	}
	w.line.restore(rapid.SampledFrom(w.line.backups).Draw(t, "backup"))
	w.tally.restores++
	return true
}

func (w *world) compaction(_ *rapid.T, m *ward) bool {
	m.compact()
	return true
}
