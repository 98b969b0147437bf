package node

import (
	"encoding/json"
	"path/filepath"

	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
	"gocua/store/roster"
)

// trace is what an undo must know when the list itself is gone: which pages there
// were, and on which line each began. It names nobody.
type trace struct {
	File    string `json:"file"`
	Mapping string `json:"mapping"`
	Starts  []int  `json:"starts"` // first line of each page
	End     int    `json:"end"`    // the last line that held somebody
}

// page is what a reading of the whole list tells of each page.
func (t *trace) page(p roster.Page) error {
	t.Starts, t.End = append(t.Starts, p.Rows[0].Line), p.Rows[len(p.Rows)-1].Line
	return nil
}

// trace keeps the trace of a job before its first page is sent, and that it has one.
func (m *imports) trace(j *importJob, plan roster.Plan, seen trace) error {
	seen.File, seen.Mapping = plan.File, plan.Mapping
	if err := m.keep.writeJSON(filepath.Join(m.dir, j.ID, "trace"), seen); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	j.Traced = true
	return m.saveLocked(j)
}

func (m *imports) traced(j *importJob) (t trace, err error) {
	return t, m.keep.readJSON(filepath.Join(m.dir, j.ID, "trace"), &t)
}

// made are the records that each line of a page would have made.
func (t trace) made(page command.ID, n int) map[command.Key]int {
	end := t.End
	if n < len(t.Starts) {
		end = t.Starts[n] - 1
	}
	lines := map[command.Key]int{}
	for line := t.Starts[n-1]; line <= end; line++ {
		for _, typ := range []command.RecordType{civic.TypeResident, civic.TypeHousehold, civic.TypeReview} {
			lines[civic.KeyOf((civic.UndoRow{Type: typ, Line: line}).MadeBy(page))] = line
		}
	}
	return lines
}

func rowOf(v *store.Reader, item command.FeedItem, lines map[command.Key]int) (civic.UndoRow, bool) {
	if line, ok := lines[item.Change.Key]; ok {
		return civic.UndoRow{Type: item.Change.Type, Line: line}, true
	}
	var was []byte
	for h := range v.History(item.Change.Type, item.Change.Key) {
		if h.Seq >= item.Seq {
			break
		}
		was = h.Change.Value
	}
	var before civic.Resident
	if item.Change.Type != civic.TypeResident || was == nil || json.Unmarshal(was, &before) != nil {
		return civic.UndoRow{}, false
	}
	return civic.UndoRow{Type: civic.TypeResident, ID: before.ID, Was: civic.BeforeOf(before)}, true
}
