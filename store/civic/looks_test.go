package civic

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

// looksPage is a page as the machine's journal would make it.
func looksPage(node string, from uint64, prev []byte, looks ...command.Look) MergeLooks {
	chain, seq := chainEnd(prev), from
	for _, l := range looks {
		chain = command.ChainLook(chain, seq, l)
		seq += l.Looks()
	}
	return MergeLooks{Node: node, Life: ms(tonight), From: from, Prev: prev, Looks: looks, Head: chain[:]}
}

func lookAt(n int, key string) command.Look {
	return command.Look{At: ms(tonight) + int64(n), Officer: officerOf(RoleOfficer, ward), Act: command.LookView, Type: TypeResident, Key: command.Key(key), Unit: hamlet}
}

func TestPagesOfLooksFollowOnEachOtherAndAreFoundAgain(t *testing.T) {
	h := founded(t)
	one := looksPage(wardPC, 1, nil, lookAt(1, "a"), lookAt(2, "b"))
	h.accept(KindLooks, one, byMachine(wardPC))
	two := looksPage(wardPC, 3, one.Head, lookAt(day, "a"))
	h.accept(KindLooks, two, byMachine(wardPC))
	head := must[LookHead](h, TypeLookHead, wardPC)
	require.Equal(t, LookHead{Node: wardPC, Life: ms(tonight), Seq: 3, Hash: two.Head, At: ms(tonight), Total: 3}, head)

	found := func(ix command.Index, prefix string) (keys []command.Key) {
		for _, key := range h.reg.Scan(ix, prefix) {
			keys = append(keys, key)
		}
		return keys
	}
	first, second := LooksKey(wardPC, ms(tonight), 1), LooksKey(wardPC, ms(tonight), 3)
	require.Equal(t, []command.Key{first, second}, found(LooksByRecord, TermPrefix("11", "a")))
	require.Equal(t, []command.Key{first}, found(LooksByRecord, TermPrefix("11", "b")))
	require.Equal(t, []command.Key{first}, found(LooksByDay, today))
	require.Equal(t, []command.Key{first, second}, found(LooksByOfficer, TermPrefix(officerOf(RoleOfficer, ward).String())))
}

func TestAPageOfLooksThatDoesNotFollowIsRefused(t *testing.T) {
	h := founded(t)
	one := looksPage(wardPC, 1, nil, lookAt(1, "a"), lookAt(2, "b"))
	h.refuse(command.Rejected, "look_gap", "", KindLooks, looksPage(wardPC, 2, one.Head, lookAt(1, "a")), byMachine(wardPC))
	h.accept(KindLooks, one, byMachine(wardPC))
	h.refuse(command.Rejected, "look_gap", "", KindLooks, looksPage(wardPC, 2, one.Head, lookAt(3, "c")), byMachine(wardPC))
	h.refuse(command.Rejected, "look_gap", "", KindLooks, looksPage(wardPC, 3, one.Prev, lookAt(3, "c")), byMachine(wardPC))
	h.refuse(command.Rejected, "look_gap", "", KindLooks, one, byMachine(wardPC))
	short := looksPage(wardPC, 3, one.Head, lookAt(3, "c"), lookAt(4, "d"))
	short.Looks = short.Looks[:1] // one taken out
	h.refuse(command.Rejected, "look_chain", "", KindLooks, short, byMachine(wardPC))
	h.refuse(command.Rejected, "other_node", "", KindLooks, looksPage(wardPC, 3, one.Head, lookAt(3, "c")), byMachine(ward2PC))
	h.accept(KindLooks, looksPage(wardPC, 3, one.Head, lookAt(3, "c")), byMachine(wardPC))
}

func TestWhatAMachineCannotReadAnyMoreAndAJournalBegunAnewAreCounted(t *testing.T) {
	h := founded(t)
	one := looksPage(wardPC, 1, nil, lookAt(1, "a"))
	h.accept(KindLooks, one, byMachine(wardPC))
	gone := command.Look{Act: command.LookGone, Count: 5, Chain: make([]byte, 32)}
	h.accept(KindLooks, looksPage(wardPC, 2, one.Head, gone, lookAt(3, "c")), byMachine(wardPC))
	head := must[LookHead](h, TypeLookHead, wardPC)
	require.Equal(t, []uint64{7, 5, 7}, []uint64{head.Seq, head.Gone, head.Total})

	anew := looksPage(wardPC, 1, nil, lookAt(9, "z"))
	anew.Life += day
	h.accept(KindLooks, anew, byMachine(wardPC))
	head = must[LookHead](h, TypeLookHead, wardPC)
	require.Equal(t, []uint64{1, 5, 8, 1}, []uint64{head.Seq, head.Gone, head.Total, uint64(head.Anew)})
}

func TestALookWithoutAnActOrWithTooMuchTextIsNone(t *testing.T) {
	for _, l := range []command.Look{{}, {Act: "peek"}, {Act: command.LookView, Key: "a\x00"}, {Act: command.LookView, Count: -1},
		{Act: command.LookGone}, {Act: command.LookGlass, Reason: string(make([]byte, 401))}, {Act: command.LookView, Chain: make([]byte, 32)}, {Act: command.LookView, At: -1}} {
		require.NotNil(t, looksPage(wardPC, 1, nil, l).Check(), "%+v", l)
	}
	require.NotNil(t, looksPage(wardPC, 1, nil).Check())
}

func TestMergedLooksThatWereAlteredAreFound(t *testing.T) {
	var pages []Looks
	var prev []byte
	for n := range uint64(4) {
		p := looksPage(wardPC, 2*n+1, prev, lookAt(int(n), "a"), lookAt(int(n), "b"))
		pages, prev = append(pages, Looks{Node: p.Node, Life: p.Life, From: p.From, Prev: p.Prev, Looks: p.Looks, Head: p.Head}), p.Head
	}
	head := LookHead{Node: wardPC, Life: ms(tonight), Seq: 8, Hash: prev, Total: 8}
	walk := func(pages []Looks) uint64 {
		var c CheckLooks
		for _, p := range pages {
			if seq := c.Follow(p); seq > 0 {
				return seq
			}
		}
		return c.Ends(head)
	}
	require.Zero(t, walk(pages))
	require.Equal(t, uint64(3), walk(slices.Delete(slices.Clone(pages), 1, 2)))
	require.Equal(t, uint64(7), walk(pages[:3]))
	altered := slices.Clone(pages)
	altered[2].Looks = []command.Look{lookAt(2, "a"), lookAt(2, "x")}
	require.Equal(t, uint64(5), walk(altered))
}

func TestAParcelsAnchorIsUnderItsHashAndKeptAtTheProvince(t *testing.T) {
	h := enrolled(t)
	p := parcel(command.Routine, 1, nil)
	plain := p.Parcel.Hash()
	p.Parcel.Audit = AnchorOf(command.AuditHead{Seq: 7, Hash: [32]byte{1}})
	require.NotEqual(t, plain, p.Parcel.Hash())
	h.accept(KindParcelReceive, p)
	require.Equal(t, p.Parcel.Audit, must[Parcel](h, TypeParcel, ParcelKey("01BD", command.Routine, 1)).Audit)
	require.Equal(t, command.AuditHead{Seq: 7, Hash: [32]byte{1}}, p.Parcel.Audit.Head())
	p = parcel(command.Routine, 2, p.Parcel.Hash())
	p.Parcel.Audit = Anchor{Seq: 1, Hash: []byte{1}}
	h.refuse(command.Rejected, "bad_hash", "/parcel/audit", KindParcelReceive, p)
}
