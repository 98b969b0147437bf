package simtest

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

// quiet waits until the cluster agrees on everything and the province has it.
func (s *story) quiet() {
	healed := time.Now()
	level := s.world.await("all to agree", s.level)
	s.world.await("the province to have it all", func() bool {
		lead := s.leading()
		for _, m := range s.cut {
			if m.leads() {
				lead = m
			}
		}
		return lead != nil && lead.node.Status(false).Upstream.Lag == 0 && s.level()
	})
	n, roots := s.ledger.counts()
	s.t.Logf("seed %d: %d captures: %d agreed, %d in conflict (%d of themselves), %d refused; %d leaders, %d restarts, %d cuts; level after %v, the province after %v",
		s.seed, len(s.ledger.all), n[command.Accepted], n[command.Conflicted], roots, n[command.Rejected], s.leaders, s.restarts, s.cuts,
		level.Round(time.Second), time.Since(healed).Round(time.Second))
	for _, m := range s.cut {
		require.GreaterOrEqual(s.t, len(s.ledger.history[m]), capturesEach)
	}
	require.GreaterOrEqual(s.t, roots, minConflicts)
	require.GreaterOrEqual(s.t, s.leaders, minLeaders)
}

// check looks at what is on the disks, once nothing can change any more.
func (s *story) check() {
	for i, a := range s.world.machines() {
		for _, b := range s.world.machines()[:i] {
			s.world.net.Refuse(addressOf(a.name), addressOf(b.name))
		}
	}
	s.world.close()
	province := s.world.province.disk(s.t)
	defer province.close(s.t)
	var first *disk
	for _, m := range s.world.cluster {
		d := m.disk(s.t)
		defer d.close(s.t)
		if first == nil {
			first = d
		}
		s.sameEverywhere(first, d)
		s.outbox(m, d)
	}
	s.decided(first)
	s.once(first)
	s.review(first)
	s.records(first)
	s.above(first, province)
}

// sameEverywhere compares a machine with the first: chain, content, and the
// outcome of each capture.
func (s *story) sameEverywhere(first, d *disk) {
	require.Equal(s.t, first.Position(), d.Position(), "chain of %s", d.name)
	one, _ := first.Content()
	two, _ := d.Content()
	require.Equal(s.t, one, two, "content of %s", d.name)
	for _, c := range s.ledger.all {
		here, ok := d.Outcome(c.draft.ID)
		require.True(s.t, ok, "%s is not decided at %s", c.draft.ID, d.name)
		there, _ := first.Outcome(c.draft.ID)
		require.Equal(s.t, there, here)
	}
}

// outbox checks that a machine knows what became of all it captured, and that
// the order of capture is the order of agreement.
func (s *story) outbox(m *machine, d *disk) {
	require.Empty(s.t, d.box.Damage())
	require.Zero(s.t, d.box.Stats().Waiting, "waiting at %s", m.name)
	last := uint64(0)
	for i, c := range s.ledger.history[m] {
		it, ok := d.box.Get(c.draft.ID)
		require.True(s.t, ok, "capture %d of %s is gone", i, m.name)
		require.NotNil(s.t, it.Outcome)
		agreed, _ := d.Outcome(c.draft.ID)
		require.Equal(s.t, agreed.Status, it.Outcome.Status)
		require.Equal(s.t, agreed.Index, it.Outcome.Index)
		require.Equal(s.t, agreed.Code, it.Outcome.Code)
		if len(c.at) == 1 {
			require.GreaterOrEqual(s.t, agreed.Index, last, "capture %d of %s was overtaken", i, m.name)
			last = agreed.Index
		}
	}
}

// decided checks the verdicts, and that nobody decided what nobody asked for.
func (s *story) decided(d *disk) {
	asked := map[command.ID]bool{}
	for _, c := range s.ledger.all {
		asked[c.draft.ID] = true
		require.Equal(s.t, s.wanted(d, c), ended(d, c), "capture %s of kind %d at %s", c.draft.ID, c.draft.Kind, c.at[0].name)
	}
	for item := range d.Feed(0) {
		out, ok := d.Outcome(item.Command)
		require.True(s.t, ok)
		require.Equal(s.t, out.Index, item.Index, "a change of %s beside its decision", item.Command)
		if out.Kind >= civic.KindHouseholdPut && out.Kind <= civic.KindActivation {
			require.True(s.t, asked[item.Command], "nobody asked for %s", item.Command)
		}
	}
}

// wanted is the verdict of a capture. Of an even pair, the one decided first is
// right.
func (s *story) wanted(d *disk, c *capture) verdict {
	if !c.even {
		return c.want
	}
	here, _ := d.Outcome(c.draft.ID)
	there, _ := d.Outcome(c.rival.draft.ID)
	require.NotEqual(s.t, here.Status, there.Status, "of two sides one is right")
	if here.Status == command.Accepted {
		s.ledger.phones[edited(c)] = newPhone(c)
		return agreed
	}
	return c.want
}

func ended(d *disk, c *capture) verdict {
	out, _ := d.Outcome(c.draft.ID)
	return verdict{out.Status, out.Code}
}

func edited(c *capture) command.ID {
	var e civic.EditResident
	_ = json.Unmarshal(c.draft.Body, &e)
	return e.ID
}

func newPhone(c *capture) string {
	var e civic.EditResident
	_ = json.Unmarshal(c.draft.Body, &e)
	return strings.Trim(string(e.Edits[0].Now), `[]"`)
}

// once checks that each capture had its effect once: what it made was made by it
// alone, and visits were counted as often as somebody knocked.
func (s *story) once(d *disk) {
	for _, c := range s.ledger.all {
		made, id := makes(c)
		if made == 0 {
			continue
		}
		items := slices.Collect(d.History(made, civic.KeyOf(id)))
		if ended(d, c) != agreed {
			require.Empty(s.t, items, "%s was not agreed, yet it left a record", c.draft.ID)
			continue
		}
		require.NotEmpty(s.t, items)
		require.Equal(s.t, c.draft.ID, items[0].Command)
		if made == civic.TypeVisit || made == civic.TypeApplication || made == civic.TypeActivation {
			require.Len(s.t, items, 1, "%s happened twice", c.draft.ID)
		}
	}
	for household, visits := range s.ledger.visits {
		require.Equal(s.t, visits, load[civic.Household](s.t, d, civic.TypeHousehold, civic.KeyOf(household)).Visits, "visits to %s", household)
	}
}

// makes says which record a capture creates; 0: none.
func makes(c *capture) (command.RecordType, command.ID) {
	var body struct{ ID command.ID }
	_ = json.Unmarshal(c.draft.Body, &body)
	return map[command.Kind]command.RecordType{civic.KindHouseholdPut: civic.TypeHousehold, civic.KindResidentPut: civic.TypeResident,
		civic.KindVisitRecord: civic.TypeVisit, civic.KindAppSubmit: civic.TypeApplication, civic.KindActivation: civic.TypeActivation}[c.draft.Kind], body.ID
}

// review checks that a person finds every conflict, whole, with both sides, and
// nothing else.
func (s *story) review(d *disk) {
	open := map[command.ID]civic.Review{}
	for _, value := range d.Records(civic.TypeReview, "") {
		var r civic.Review
		require.NoError(s.t, json.Unmarshal(value, &r))
		open[r.ID] = r
	}
	for _, c := range s.ledger.all {
		want := s.wanted(d, c)
		if want == agreed {
			continue
		}
		r, found := open[c.draft.ID]
		require.True(s.t, found, "nobody will find %s", c.draft.ID)
		delete(open, c.draft.ID)
		require.Equal(s.t, civic.ReviewOpen, r.State)
		require.Equal(s.t, want, verdict{r.Status, r.Code})
		require.JSONEq(s.t, string(c.draft.Body), string(r.Body))
		require.Equal(s.t, c.draft.Kind, r.Kind)
		require.Equal(s.t, c.draft.Unit, r.Unit)
		require.Equal(s.t, c.by.Officer, r.Officer)
		require.Equal(s.t, c.at[0].name, r.Node)
		if c.rival != nil {
			require.True(s.t, d.touched(r.Type, r.Record, c.rival.draft.ID), "the other side of %s cannot be found", c.draft.ID)
		}
		if c.above != nil {
			require.Equal(s.t, c.above.draft.ID, r.Parent)
		}
	}
	require.Empty(s.t, open, "in review for no reason")
}

// records checks the fields that both sides were after.
func (s *story) records(d *disk) {
	for id, phone := range s.ledger.phones {
		r := load[civic.Resident](s.t, d, civic.TypeResident, civic.KeyOf(id))
		require.Equal(s.t, []string{phone}, r.Phones)
	}
	for id, name := range s.ledger.names {
		require.Equal(s.t, name, load[civic.Resident](s.t, d, civic.TypeResident, civic.KeyOf(id)).Name)
	}
}

// above checks that the province has each record that goes up once and as it is,
// and nothing else of the cluster.
func (s *story) above(d, province *disk) {
	cluster := load[civic.Cluster](s.t, province, civic.TypeCluster, clusterCode)
	require.Nil(s.t, cluster.Fork)
	records, brought := 0, map[command.Lane]map[command.RecordType]bool{command.Urgent: {}, command.Routine: {}}
	for _, rt := range civic.Table().Records() {
		if rt.Lane == command.Stays {
			continue
		}
		brought[rt.Lane][rt.Type] = true
		for key, value := range d.Records(rt.Type, "") {
			require.JSONEq(s.t, string(value), string(province.Get(rt.Type, civic.Scoped(key, clusterCode))), "%s %s at the province", rt.Name, key)
			records++
		}
		for key := range province.Records(rt.Type, "") {
			if strings.HasSuffix(string(key), "@"+clusterCode) {
				records--
			}
		}
	}
	require.Zero(s.t, records, "the province has what the cluster does not")
	for lane, types := range brought {
		last := uint64(0)
		for item := range d.Feed(0) {
			if types[item.Change.Type] {
				last = item.Seq
			}
		}
		up := civic.LoadUpstream(d, lane)
		require.GreaterOrEqual(s.t, up.ReceivedTo, last)
		require.Equal(s.t, up.ReceivedSeq, cluster.Lane(lane).Seq)
		require.Equal(s.t, up.SealedHash, cluster.Lane(lane).Hash)
		require.Zero(s.t, cluster.Lane(lane).Refused)
	}
}
