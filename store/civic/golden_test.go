package civic

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/command"
)

var update = flag.Bool("update", false, "write the golden file of each kind that has none")

// golden freezes one kind: the bytes that travel and what they do. What is on
// disks and wires in the field looks like this, so a golden file never changes.
type golden struct {
	Kind     command.Kind     `json:"kind"`
	Name     string           `json:"name"`
	Now      int64            `json:"now"`  // agreed time, ms
	Body     json.RawMessage  `json:"body"` // the example, as canonical JSON
	Hash     string           `json:"hash"` // Envelope.Hash, hex
	Envelope string           `json:"envelope"`
	Status   command.Status   `json:"status"`
	Changes  []command.Change `json:"changes"`
	Detail   json.RawMessage  `json:"detail,omitempty"`
}

func TestGoldenFilesOfAllKindsNeverChange(t *testing.T) {
	for _, s := range Table().Kinds() {
		t.Run(s.Name, func(t *testing.T) {
			path := filepath.Join("testdata", "golden", s.Name+".json")
			frozen, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) && *update {
				require.NoError(t, os.WriteFile(path, exampleOf(t, s), 0o644))
				return
			}
			require.NoError(t, err, "a new kind: make its golden file with -update and read it")
			require.Equal(t, string(frozen), string(exampleOf(t, s)))

			var g golden
			require.NoError(t, json.Unmarshal(frozen, &g))
			e, err := command.DecodeEnvelope([]byte(g.Envelope))
			require.NoError(t, err)
			require.Equal(t, g.Envelope, string(e.Encode()))
			require.True(t, e.SignedBy(publicKey(e.By.Node)))
		})
	}
}

func TestAKindIsNeverRemoved(t *testing.T) {
	files, err := os.ReadDir(filepath.Join("testdata", "golden"))
	require.NoError(t, err)
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join("testdata", "golden", f.Name()))
		require.NoError(t, err)
		var g golden
		require.NoError(t, json.Unmarshal(b, &g))
		s, ok := Table().Kind(g.Kind)
		require.True(t, ok, "%s has a golden file and no kind", f.Name())
		require.Equal(t, g.Name, s.Name)
	}
}

// exampleOf decides the example of a kind on a small register and writes down
// what happened.
func exampleOf(t *testing.T, s command.Spec) []byte {
	h := founded(t)
	if s.Kind == KindFound {
		h = begun(t)
	}
	h.reg.level = 1 // what was decided before a level was agreed stays so
	for _, ground := range []command.Kind{KindUnitPut, KindHouseholdPut, KindResidentPut} {
		if s.Kind > ground && s.Kind >= KindHouseholdPut {
			h.accept(ground, json.RawMessage(spec(t, h, ground).Example))
		}
	}
	if s.Kind == KindResend { // the resident of the examples is parked
		h.accept(KindSeal, routine(1, 0, 10, "", "a hash"))
		h.accept(KindReceipt, routineReceipt(1, "a hash", RefusedItem{Type: TypeResident, Key: "0198c7a2-3333-7abc-8def-000000000001", Code: "bad_text"}))
	}
	if s.Kind == KindReviewResolve { // the review its example decides about
		h.accept(KindHouseholdEdit, json.RawMessage(spec(t, h, KindHouseholdEdit).Example))
		late := EditHousehold{ID: parsed(t, "0198c7a2-2222-7abc-8def-000000000001"), Edits: []Edit{change("address", "Số 21, ngõ 68 Xuân Thuỷ", "Số 21B, ngõ 68 Xuân Thuỷ")}}
		h.refuse(command.Conflicted, "changed_meanwhile", "/edits/0/was", KindHouseholdEdit, late, withID(parsed(t, "0198c7a2-7777-7abc-8def-000000000001")))
	}
	if s.Kind == KindResidentMerge || s.Kind == KindResidentUnmerge || s.Kind == KindPairDismiss { // two entries of one person, as the example saw them
		first, second := parsed(t, "0198c7a2-3333-7abc-8def-000000000001"), parsed(t, "0198c7a2-3333-7abc-8def-000000000002")
		h.accept(KindResidentEdit, EditResident{ID: first, Edits: []Edit{change("birth", "1955-03-17", "1955")}}, withID(parsed(t, "0198c7a2-0000-7abc-8def-000000000001")))
		h.accept(KindResidentPut, PutResident{ID: second, Name: "Trần Thị Mẫu", Birth: "1955", Sex: Female, Phones: []string{"0912404662"}}, withID(parsed(t, "0198c7a2-0000-7abc-8def-000000000002")))
	}
	if s.Kind == KindResidentUnmerge {
		h.accept(KindResidentMerge, json.RawMessage(spec(t, h, KindResidentMerge).Example))
	}
	var opts []option
	switch s.Kind {
	case KindOfficerReset, KindTeamPut:
		h.accept(KindOfficerPut, json.RawMessage(spec(t, h, KindOfficerPut).Example))
	case KindHouseholdSplit: // somebody has to stay
		h.accept(KindResidentPut, PutResident{ID: parsed(t, "0198c7a2-3333-7abc-8def-000000000002"), Household: parsed(t, "0198c7a2-2222-7abc-8def-000000000001"), Name: "Lê Văn Sĩ", Birth: "1950", Sex: Male})
	case KindHouseholdMerge:
		h.accept(KindHouseholdPut, PutHousehold{ID: parsed(t, "0198c7a2-2222-7abc-8def-000000000003"), Hamlet: "00163-12", Address: "Số 23, ngõ 68 Xuân Thuỷ"})
	case KindRosterUndo: // what a page made and changed before
		h.accept(KindRosterPage, RosterPage{File: strings.Repeat("0f", 32), Page: 1, Unit: ward, Rows: []RosterRow{
			{Line: 5, Name: "Lê Văn Sĩ", Birth: "1960", Sex: Male, Hamlet: hamlet, Address: "Số 9"},
			{Line: 6, Number: "001155000428", Name: "Trần Thị Mẫu", Birth: "1955-03-17", Sex: Female, Ethnic: "Kinh"}}},
			withID(parsed(t, "0198c7a2-bbbb-7abc-8def-000000000001")))
	case KindGlassOpen: // the resident of the examples is the first ward's
		opts = append(opts, inWard2())
	}
	var example any = json.RawMessage(s.Example)
	if s.System {
		example = systemExample(t, h, s.Kind)
	}
	raw, err := json.Marshal(example)
	require.NoError(t, err)
	body, malformed := h.table.Canonical(s.Kind, raw)
	require.Nil(t, malformed)

	h.asked = 1000 // IDs and places that do not depend on what stood before
	d := h.accept(s.Kind, body, opts...)
	hash := d.env.Hash()
	out, err := json.MarshalIndent(golden{Kind: s.Kind, Name: s.Name, Now: h.reg.now, Body: body, Hash: hex.EncodeToString(hash[:]),
		Envelope: string(d.env.Encode()), Status: d.Status, Changes: d.Changes, Detail: d.Detail}, "", "  ")
	require.NoError(t, err)
	return append(out, '\n')
}

func parsed(t require.TestingT, s string) command.ID {
	x, err := command.ParseID(s)
	require.NoError(t, err)
	return x
}

// systemExample is a body of a kind that only machines ask for, on a register
// made ready for it.
func systemExample(t require.TestingT, h *history, kind command.Kind) any {
	switch kind {
	case KindFound:
		return foundingBody()
	case KindSeal:
		return seal(1, 0, 10, "", "a hash")
	case KindReceipt:
		h.accept(KindSeal, seal(1, 0, 10, "", "a hash"))
		return receipt(1, "a hash", RefusedItem{Type: TypeApplication, Key: KeyOf(id("application", 1)), Code: "malformed"})
	case KindParcelReceive:
		h.accept(KindClusterEnroll, json.RawMessage(spec(t, h, KindClusterEnroll).Example), byMachine(office))
		key, house := theirHousehold(1)
		p := parcel(command.Routine, 1, nil, item(TypeHousehold, key, house), item(TypeOfficer, "x", Officer{}))
		p.Parcel.Cluster = "01CG"
		return p
	case KindMark:
		return MarkDigest{}
	case KindDayOpen:
		h.resident(h.household(hamlet, "Số 9"), "Lê Văn Sĩ", "2012-08-10")
		h.accept(KindDayOpen, OpenDay{Date: today})
		h.reg.now += day
		return OpenDay{Date: "2026-08-10"}
	}
	if kind == KindRebuild {
		return RebuildCluster{Generation: 2, From: 40, By: []command.ID{officerOf(RoleLeader, cluster), officerOf(RoleAdmin, cluster)}, Lost: []string{wardPC}}
	}
	if kind == KindUnitMove {
		plan := parsed(t, "0198c7a2-dddd-7abc-8def-000000000001")
		h.accept(KindUnitPlan, PlanUnits{ID: plan, Do: PlanDoDraft, Into: ward, Name: "Phường Cầu Giấy", From: today, Wards: []string{ward2}}, withID(parsed(t, "0198c7a2-0000-7abc-8def-000000000001")))
		h.accept(KindUnitPlan, PlanUnits{ID: plan, Do: PlanDoAgree, Was: parsed(t, "0198c7a2-0000-7abc-8def-000000000001")}, as(RoleLeader), withID(parsed(t, "0198c7a2-0000-7abc-8def-000000000002")))
		return MoveUnits{Plan: plan}
	}
	if kind == KindLooks {
		return looksPage(office, 1, nil, command.Look{At: ms(tonight), Officer: officerOf(RoleOfficer, ward), Act: command.LookReveal, Type: TypeResident,
			Key: "0198c7a2-3333-7abc-8def-000000000001", Unit: hamlet, Query: "phones"})
	}
	require.Fail(t, "a machine's kind without an example here", "kind %d", kind)
	return nil
}

func TestEveryExampleIsAGoodBody(t *testing.T) {
	table := Table()
	for _, s := range table.Kinds() {
		if s.System {
			require.Empty(t, s.Example, s.Name)
			continue
		}
		_, err := table.Canonical(s.Kind, []byte(s.Example))
		require.Nil(t, err, s.Name)
		require.Contains(t, []int{2, 4, 5}, s.Stages, s.Name)
	}
}

// The table is wire and disk format: numbers, names, lanes. A line is added
// when a record is, and none is ever changed.
func TestRecordTypesKeepTheirNumbers(t *testing.T) {
	var got []string
	for _, r := range Table().Records() {
		line := itoa(int(r.Type)) + " " + r.Name + " " + itoa(int(r.Lane))
		if r.Personal {
			line += " personal"
		}
		got = append(got, line)
	}
	require.Equal(t, []string{
		"1 unit 2", "2 setting 0", "3 node 0", "4 officer 0", "5 target 2", "6 token 0", "7 glass 0 personal", "8 team 0", "9 saved_list 0",
		"10 household 2 personal", "11 resident 2 personal", "12 visit 2 personal", "13 application 1 personal", "14 activation 1 personal",
		"20 review 0 personal", "21 merged 0 personal", "22 pair 0", "23 rebuilt 0", "24 unit_plan 0", "30 seal 0", "31 upstream 0", "32 parked 0 personal", "40 cluster 0", "41 parcel 0",
		"51 day 0", "52 looks 0", "53 look_head 0",
	}, got)
}
