package node

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/search"
)

// shown is what a machine shows of a resident: the name, whether that is only
// on this machine, and whether the person is found by the name.
type shown struct {
	Name           string
	Pending, Found bool
}

func show(t testing.TB, n *Node, id command.ID) (s shown) {
	t.Helper()
	require.NoError(t, n.read(func(src lookup.Source) error {
		p, _ := lookup.FindPerson(src, civic.KeyOf(id))
		s.Name, s.Pending = p.Resident.Name, p.Pending
		return nil
	}))
	for _, h := range n.find(search.Query{Text: s.Name}).Hits {
		s.Found = s.Found || h.Key == civic.KeyOf(id)
	}
	return s
}

func register1(t testing.TB, id command.ID, name string) command.Draft {
	t.Helper()
	return draftOf(t, civic.KindResidentPut, wardCode, civic.PutResident{ID: id, Name: name, Birth: "1955", Sex: civic.Female})
}

func rename(t testing.TB, id command.ID, was, now string) command.Draft {
	t.Helper()
	quoted := func(s string) []byte { return fmt.Appendf(nil, "%q", s) }
	return draftOf(t, civic.KindResidentEdit, wardCode, civic.EditResident{ID: id, Edits: []civic.Edit{{Field: "name", Was: quoted(was), Now: quoted(now)}}})
}

// agree has commands that wait on a machine agreed, without telling its outbox.
func agree(t testing.TB, n *Node, list ...command.Envelope) (index uint64) {
	t.Helper()
	raw, err := command.Entry{V: command.FormatVersion, At: n.cfg.Clock().UnixMilli(), Commands: list}.Encode()
	require.NoError(t, err)
	decided, err := agreement{n.raft}.Propose(t.Context(), raw)
	require.NoError(t, err)
	return decided[0].Outcome.Index
}

func envelopeOf(t testing.TB, n *Node, id command.ID) command.Envelope {
	t.Helper()
	it, ok := n.box.Get(id)
	require.True(t, ok)
	return it.Envelope
}

func TestWhatWasCapturedIsSeenAtOnceAlsoByWhatIsCapturedNext(t *testing.T) {
	t.Parallel()
	n, by, _ := cutOff(t, 0, 0)
	id := command.NewID()
	captured(t, n, by, register1(t, id, "Trần Thị Mẫu"))
	require.Equal(t, shown{"Trần Thị Mẫu", true, true}, show(t, n, id))
	captured(t, n, by, rename(t, id, "Trần Thị Mẫu", "Trần Thị Mận"))
	require.Equal(t, shown{"Trần Thị Mận", true, true}, show(t, n, id))
	captured(t, n, by, rename(t, id, "Trần Thị Mận", "Trần Thị Mai"))
	require.Equal(t, shown{"Trần Thị Mai", true, true}, show(t, n, id))
	_, err := n.capture.Submit(t.Context(), command.Actor{Officer: by},
		[]command.Draft{draftOf(t, civic.KindAppSubmit, wardCode, civic.SubmitApplication{ID: command.NewID(), Resident: command.NewID(), Level: 1, Phone: "0912404318"})}, 0)
	var problem *command.Problem
	require.ErrorAs(t, err, &problem, "nobody has heard of that person")
	require.Len(t, n.waiting.list(), 3)
}

func TestWhatIsDecidedIsShownUntilItIsAppliedAndNoLongerAsPending(t *testing.T) {
	t.Parallel()
	n, by, _ := cutOff(t, 0, 0)
	id := command.NewID()
	first, second := register1(t, id, "Trần Thị Mẫu"), rename(t, id, "Trần Thị Mẫu", "Trần Thị Mận")
	captured(t, n, by, first, second)
	applied, _ := n.reg.Applied()
	require.NoError(t, n.box.Settle(first.ID, command.Outcome{Status: command.Accepted, Index: applied + 1}))
	require.NoError(t, n.box.Settle(second.ID, command.Outcome{Status: command.Accepted, Index: applied + 1}))
	require.Empty(t, n.waiting.list())
	require.Equal(t, shown{"Trần Thị Mận", true, true}, show(t, n, id), "between its outcome and its entry it is seen nowhere else")

	agree(t, n, envelopeOf(t, n, first.ID))
	require.Equal(t, "Trần Thị Mận", show(t, n, id).Name, "the later command still waits for its entry")
	require.True(t, show(t, n, id).Pending)
	agree(t, n, envelopeOf(t, n, second.ID))
	require.Equal(t, "Trần Thị Mận", show(t, n, id).Name)
	require.False(t, show(t, n, id).Pending, "agreed: nothing need be laid anew for that")
	n.here.rebuild(t.Context())
	require.Empty(t, n.here.now.Load().list)
}

func TestWhatWasDecidedAndNotAppliedIsStillShownAfterARestart(t *testing.T) {
	t.Parallel()
	n, by, _ := cutOff(t, 0, 0)
	id := command.NewID()
	first := register1(t, id, "Trần Thị Mẫu")
	captured(t, n, by, first)
	applied, _ := n.reg.Applied()
	require.NoError(t, n.box.Settle(first.ID, command.Outcome{Status: command.Accepted, Index: applied + 100}))
	require.NoError(t, n.Close())
	n = open(t, n.cfg.Dir)
	require.Equal(t, "Trần Thị Mẫu", show(t, n, id).Name)
	require.True(t, show(t, n, id).Pending)
}

func TestWhatIsAgreedMeanwhileShowsOnceTheOverlayIsLaidAnew(t *testing.T) {
	t.Parallel()
	n, by, _ := cutOff(t, 0, 0)
	id := command.NewID()
	first := register1(t, id, "Trần Thị Mẫu")
	captured(t, n, by, first)
	agree(t, n, envelopeOf(t, n, first.ID))
	mine := rename(t, id, "Trần Thị Mẫu", "Trần Thị Mận")
	captured(t, n, by, mine)
	require.Equal(t, shown{"Trần Thị Mận", true, true}, show(t, n, id))

	theirs, err := n.envelope(civic.KindResidentEdit, command.NewID(), civic.EditResident{ID: id,
		Edits: []civic.Edit{{Field: "name", Was: []byte(`"Trần Thị Mẫu"`), Now: []byte(`"Trần Thị Mơ"`)}}})
	require.NoError(t, err)
	theirs.By.Officer, theirs.Unit = by, wardCode
	agree(t, n, theirs.Sign(n.id.Key))
	n.here.rebuild(t.Context())
	eventually(t, "the search to follow", func() bool { require.NoError(t, n.followFeed()); return show(t, n, id).Found })
	require.Equal(t, shown{"Trần Thị Mơ", false, true}, show(t, n, id), "what waits contradicts it and changes nothing any more")
	var review bool
	require.NoError(t, n.read(func(src lookup.Source) error {
		r, ok := lookup.FindReview(src, civic.KeyOf(mine.ID))
		review = ok && r.Pending
		return nil
	}))
	require.True(t, review, "a person will decide, unless the cluster sees it otherwise")
}

func TestLayingAnewKeepsWhatIsCapturedMeanwhile(t *testing.T) {
	t.Parallel()
	n, by, _ := cutOff(t, 0, 300)
	agree(t, n, n.here.overlay().list[0])
	ctx, done := context.WithCancel(t.Context())
	go func() { defer done(); n.here.rebuild(ctx) }()
	var ids []command.ID
	for i := 0; ctx.Err() == nil; i++ {
		id := command.NewID()
		ids = append(ids, id)
		captured(t, n, by, register1(t, id, "Trần Thị Mẫu"))
		require.Equal(t, "Trần Thị Mẫu", show(t, n, id).Name)
	}
	require.NotEmpty(t, ids)
	o := n.here.overlay()
	require.Len(t, o.list, 299+len(ids))
	for _, id := range ids {
		require.Equal(t, "Trần Thị Mẫu", show(t, n, id).Name)
	}
	r := n.reg.Read()
	defer r.Close()
	require.True(t, o.sheet.Fresh(r))
}
