package node

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"gocua/node/deliver"
	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster"
)

// strange is a list nobody can guess: no known title, days either way.
const strange = "Cột A;Cột B;Cột C;Cột D\nLê Văn An;5/8/1955;Số 1;Tổ 1\nLê Văn Bình;6/9/1960;Số 2;Tổ 1\nLê Văn Cúc;99/99/1960;Số 3;Tổ 1\n"

func strangeChoice() lookup.ImportChoice {
	return lookup.ImportChoice{Titles: 1, Columns: []roster.Column{{Index: 0, Field: roster.Name}, {Index: 1, Field: roster.BirthDate},
		{Index: 2, Field: roster.Address}, {Index: 3, Field: roster.Hamlet}}}
}

func held(t *testing.T, n *Node, name string, data []byte) lookup.ImportJob {
	t.Helper()
	job, err := n.imports.hold(command.Actor{}, wardCode, name, data)
	require.NoError(t, err)
	require.Equal(t, jobDraft, job.State)
	return job
}

func rehearsed(t *testing.T, n *Node, id string) (dry lookup.DryRun) {
	t.Helper()
	eventually(t, "the list to be counted", func() bool {
		d, err := n.imports.draft(id)
		require.NoError(t, err)
		if d.Job.Dry != nil {
			dry = *d.Job.Dry
		}
		return d.Job.Dry != nil
	})
	return dry
}

func begun(t *testing.T, n *Node, id string) lookup.ImportJob {
	t.Helper()
	require.NoError(t, n.imports.begin(command.Actor{}, id))
	job := ended(t, n, id)
	require.Equal(t, "done", job.State, job.Error)
	return job
}

func takenBack(t *testing.T, n *Node, id string) (u lookup.ImportUndo) {
	t.Helper()
	require.NoError(t, n.imports.startUndo(command.Actor{}, id))
	eventually(t, "the import to be taken back", func() bool {
		for _, j := range n.Imports() {
			if j.ID == id && j.Undo != nil {
				u = *j.Undo
			}
		}
		return u.Finished != nil
	})
	require.Equal(t, "done", u.State, u.Error)
	return u
}

func residents(n *Node) map[command.Key]string {
	r := n.reg.Read()
	defer r.Close()
	all := map[command.Key]string{}
	for key, value := range r.Records(civic.TypeResident, "") {
		all[key] = string(value)
	}
	return all
}

func TestAKeptListIsReadAsSomebodySaysAndSurvivesARestart(t *testing.T) {
	t.Parallel()
	n := found(t)
	run(t, n)
	job := held(t, n, "la.csv", []byte(strange))
	require.Equal(t, job.ID, held(t, n, "la.csv", []byte(strange)).ID, "sent twice, kept once")
	d, err := n.imports.draft(job.ID)
	require.NoError(t, err)
	require.Equal(t, "no_header", d.Survey.Code)
	require.Equal(t, "no_header", command.AsError(n.imports.begin(command.Actor{}, job.ID)).Code)
	require.Equal(t, "no_header", rehearsed(t, n, job.ID).Code)

	require.NoError(t, n.imports.choose(job.ID, strangeChoice()))
	require.Equal(t, "ask_dates", command.AsError(n.imports.begin(command.Actor{}, job.ID)).Code, "asked, not guessed")
	c := strangeChoice()
	c.Dates = roster.MonthFirst
	require.NoError(t, n.imports.choose(job.ID, c))
	require.Zero(t, people(n))
	require.NoError(t, n.Close())

	n = open(t, n.cfg.Dir)
	run(t, n)
	d, err = n.imports.draft(job.ID)
	require.NoError(t, err)
	require.Equal(t, c, d.Job.Choice)
	dry := rehearsed(t, n, job.ID)
	require.Equal(t, []int{3, 2, 0, 0, 1}, []int{dry.Rows, dry.New, dry.Updated, dry.Same, dry.Refused})
	require.Equal(t, []lookup.DryStop{{Line: 4, Code: "bad_birth"}}, dry.Stops)
	require.Zero(t, people(n), "nothing was written")
	job = begun(t, n, job.ID)
	require.Equal(t, []int{3, 2, 1}, []int{job.Rows, job.Added, job.Refused})
	for _, r := range residents(n) {
		require.True(t, strings.Contains(r, `"1955-05-08"`) || strings.Contains(r, `"1960-06-09"`), r)
	}

	broken := held(t, n, "hong.csv", bytes.Replace(listOf(3000), []byte("\n2900,"), []byte("\n\"2900,"), 1))
	dry = rehearsed(t, n, broken.ID)
	require.Equal(t, []any{"csv_quote", 2901}, []any{dry.Code, dry.Line}, "where to look")
	require.NoError(t, n.imports.begin(command.Actor{}, broken.ID))
	failed := ended(t, n, broken.ID)
	require.Equal(t, []any{"csv_quote", 2901}, []any{failed.Code, failed.Line})

	next := held(t, n, "thang-sau.csv", []byte(strings.Replace(strange, "Lê Văn An", "Lê Văn Ân", 1)))
	d, err = n.imports.draft(next.ID)
	require.NoError(t, err)
	require.True(t, d.Remembered)
	require.Empty(t, d.Survey.Code, "the next list with these titles is read the same way")
	require.False(t, d.Survey.Unsure)
	require.Equal(t, "1955-05-08", string(d.Survey.Sample[0].Row.Birth))
	require.True(t, n.imports.stopJob(next.ID))
	_, err = os.Stat(kept(n, next.ID, "list"))
	require.ErrorIs(t, err, os.ErrNotExist, "a list that is dropped is gone from the disk")
}

func TestADryRunTellsWhatASecondVersionOfAListWouldChange(t *testing.T) {
	t.Parallel()
	n := found(t)
	run(t, n)
	const titles = "Họ tên;Ngày sinh;Giới tính;Số CCCD;Số điện thoại;Địa chỉ;Tổ\n"
	first := titles + "Lê Văn An;15/08/1955;Nam;001055000428;0912404318;Số 1;Tổ 1\nLê Thị Bình;20/09/1960;Nữ;001160000123;;Số 2;Tổ 1\nLê Văn Cúc;21/01/1970;Nam;001070000777;;Số 3;Tổ 1\n"
	begun(t, n, held(t, n, "a.csv", []byte(first)).ID)
	second := titles + "Lê Văn An;15/08/1955;Nam;001055000428;0988111222;Số 1;Tổ 1\nLê Thị Bình;20/09/1960;Nữ;001160000123;;Số 2;Tổ 1\n" +
		"Hoàng Văn Khác;01/02/1999;Nam;001070000777;;Số 3;Tổ 1\nLê Văn Dần;01/02/1990;Nam;;;Số 4;Tổ 1\n"
	bong := officerWhoEdits(t, n, "001160000123", `{"field":"sex","was":"female","now":"male"}`)
	before := residents(n)
	job := held(t, n, "b.csv", []byte(second))
	dry := rehearsed(t, n, job.ID)
	require.Equal(t, []int{4, 1, 1, 1, 1, 0}, []int{dry.Rows, dry.New, dry.Updated, dry.Same, dry.Review, dry.Refused})
	require.Equal(t, map[string]int{"phones": 1}, dry.Fields)
	require.Equal(t, []int{2}, dry.Lines)
	require.Equal(t, []lookup.DryStop{{Line: 4, Code: "number_taken", Review: true}}, dry.Stops)
	require.Equal(t, before, residents(n), "counted, not written")
	done := begun(t, n, job.ID)
	require.Equal(t, []int{dry.New, dry.Updated, dry.Same, dry.Review}, []int{done.Added, done.Updated, done.Same, done.Review}, "as it was foretold")
	require.Contains(t, residents(n)[bong], `"male"`, "what an officer set is not overwritten by the list")

	u := takenBack(t, n, job.ID)
	require.Equal(t, []int{3, 1, 0}, []int{u.Removed, u.Restored, u.Kept}, "a person, a household, a review; and a phone")
	require.Equal(t, before, residents(n), "as if the second list had never been")
}

func TestAnUndoGoesOnAfterAStopAndTheListCanBeImportedAgain(t *testing.T) {
	t.Parallel()
	n := found(t)
	run(t, n)
	job := begun(t, n, held(t, n, "a.csv", listOf(350)).ID)
	all := residents(n)
	require.Len(t, all, 350)
	require.True(t, n.Imports()[0].CanUndo)
	require.NoError(t, n.Close())
	n = open(t, n.cfg.Dir)
	asked := cutAfterOne(n)
	run(t, n)
	require.NoError(t, n.imports.startUndo(command.Actor{}, job.ID))
	<-asked
	eventually(t, "the last page to be gone", func() bool { return people(n) == 300 })
	require.NoError(t, n.Close())

	n = open(t, n.cfg.Dir)
	run(t, n)
	eventually(t, "the rest to be gone", func() bool { u := n.Imports()[0].Undo; return u.Finished != nil })
	u := *n.Imports()[0].Undo
	require.Equal(t, []int{4, 4, 700, 0, 0}, []int{u.Pages, u.Done, u.Removed, u.Restored, u.Kept}, "350 people and their doors")
	require.Zero(t, people(n))
	require.False(t, n.Imports()[0].CanUndo)

	again := begun(t, n, held(t, n, "a.csv", listOf(350)).ID)
	require.Equal(t, []int{350, 350, 0}, []int{again.Rows, again.Added, again.Same}, "what was taken back can come again")
	require.Len(t, residents(n), 350)
	third := begun(t, n, held(t, n, "a.csv", listOf(350)).ID)
	require.Equal(t, []int{0, 350}, []int{third.Added, third.Same})
	require.Equal(t, "no_undo", command.AsError(n.imports.startUndo(command.Actor{}, third.ID)).Code, "it brought nobody")
	require.Equal(t, 700, takenBack(t, n, again.ID).Removed)
}

func TestSeveralSheetsAreImportsOfTheirOwn(t *testing.T) {
	t.Parallel()
	n := found(t)
	run(t, n)
	job := held(t, n, "so.xlsx", workbookOf(t, "Tờ 1", "Tờ 2", "Tờ 3"))
	require.NoError(t, n.imports.choose(job.ID, lookup.ImportChoice{Sheets: []string{"Tờ 1", "Tờ 3"}}))
	dry := rehearsed(t, n, job.ID)
	require.Equal(t, []int{4, 4}, []int{dry.Rows, dry.New})
	begun(t, n, job.ID)
	eventually(t, "both sheets", func() bool {
		jobs := n.Imports()
		return len(jobs) == 2 && jobs[0].Finished != nil && jobs[1].Finished != nil
	})
	require.Equal(t, 4, people(n))
	names := map[string]bool{}
	for _, j := range n.Imports() {
		names[j.Choice.Sheet] = true
	}
	require.Equal(t, map[string]bool{"Tờ 1": true, "Tờ 3": true}, names)
	require.Equal(t, 4, takenBack(t, n, job.ID).Removed, "two people and two doors of one sheet")
	require.Equal(t, 2, people(n))
}

func TestAListNobodyBeganIsForgottenAfterAMonth(t *testing.T) {
	t.Parallel()
	n := found(t)
	job := held(t, n, "a.csv", listOf(3))
	n.imports.jobs[job.ID].Started = time.Now().Add(-draftsLast - time.Hour)
	require.NoError(t, n.imports.saveLocked(n.imports.jobs[job.ID]))
	require.NoError(t, n.Close())
	n = open(t, n.cfg.Dir)
	require.Empty(t, n.Imports())
	_, err := os.Stat(kept(n, job.ID, "list"))
	require.ErrorIs(t, err, os.ErrNotExist)

	job = held(t, n, "a.csv", listOf(3))
	n.imports.jobs[job.ID].Started = time.Now().Add(-draftsLast - time.Hour)
	require.Empty(t, n.Imports(), "also on a machine that is never off")
	require.NoFileExists(t, kept(n, job.ID, "list"))
}

func TestAnUndoThatFailedGoesOnWhenItIsAskedForAgain(t *testing.T) {
	t.Parallel()
	n := found(t)
	refusing := atomic.Bool{}
	sending(n, func(next send, ctx context.Context, d deliver.Delivery) ([]command.Decided, error) {
		if refusing.Load() && people(n) < 250 {
			return nil, command.Errorf(command.Invalid, "too_large", "a command of 70000 bytes is over the bound")
		}
		return next(ctx, d)
	})
	run(t, n)
	job := begun(t, n, held(t, n, "a.csv", listOf(250)).ID)
	refusing.Store(true)
	require.NoError(t, n.imports.startUndo(command.Actor{}, job.ID))
	eventually(t, "the undo to fail", func() bool { return n.Imports()[0].Undo.Finished != nil })
	require.Equal(t, []string{"failed", "too_large"}, []string{n.Imports()[0].Undo.State, n.Imports()[0].Undo.Code})
	require.NotZero(t, people(n))
	require.True(t, n.Imports()[0].CanUndo, "the page offers it again")

	refusing.Store(false)
	require.Equal(t, 500, takenBack(t, n, job.ID).Removed)
	require.Zero(t, people(n))
	require.False(t, n.Imports()[0].CanUndo)
}

// workbookOf has two people on each sheet.
func workbookOf(t *testing.T, sheets ...string) []byte {
	f := excelize.NewFile()
	defer f.Close()
	for i, sheet := range sheets {
		if i == 0 {
			require.NoError(t, f.SetSheetName("Sheet1", sheet))
		} else {
			_, err := f.NewSheet(sheet)
			require.NoError(t, err)
		}
		for row, cells := range [][]any{{"Họ tên", "Năm sinh", "Địa chỉ", "Tổ"}, {"Lê " + sheet + " Một", 1960, sheet + " 1", "Tổ 1"}, {"Lê " + sheet + " Hai", 1961, sheet + " 2", "Tổ 1"}} {
			require.NoError(t, f.SetSheetRow(sheet, "A"+strconv.Itoa(row+1), &cells))
		}
	}
	b, err := f.WriteToBuffer()
	require.NoError(t, err)
	return b.Bytes()
}

// officerWhoEdits has somebody of the list changed by hand.
func officerWhoEdits(t *testing.T, n *Node, number, edit string) command.Key {
	officer := civic.PutOfficer{ID: command.NewID(), User: "hung.vm", Name: "Vũ Mạnh Hùng", Role: civic.RoleOfficer, Unit: wardCode, Hash: "the hash"}
	require.NoError(t, n.Ask(t.Context(), civic.KindOfficerPut, wardCode, officer))
	r := n.reg.Read()
	key, ok := civic.ByNumber(r, number)
	r.Close()
	require.True(t, ok)
	body := json.RawMessage(`{"id":"` + string(key) + `","edits":[` + edit + `]}`)
	must(t, n, officer.ID, command.Draft{ID: command.NewID(), Kind: civic.KindResidentEdit, Unit: wardCode, CapturedAt: time.Now().UnixMilli(), Body: body})
	return key
}
