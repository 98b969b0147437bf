package nodetest

import (
	"bytes"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
	"gocua/store/civic"
	"gocua/store/roster/sample"
)

// importedTwice hands in the same messy list twice.
func importedTwice(t *testing.T, d *District) {
	const people = 60
	ward, hamlets := d.Wards[1], sample.Ward(d.Wards[1].Unit, d.Wards[1].Name, 12)
	var list bytes.Buffer
	config := sample.Config{Seed: 7, Residents: people, Units: []sample.Unit{hamlets}}
	_, err := sample.WriteXLSX(&list, sample.Make(config), sample.Messy(7))
	require.NoError(t, err)
	c := d.Everywhere(civic.RoleSupervisor)[2]
	without := len(c.Census(d.District.Unit))

	first := importList(t, d.Owner(ward), ward.Unit, list.Bytes())
	d.Agree(callPatience)
	census, figures := c.Census(d.District.Unit), c.Figures(d.District.Unit)
	require.Len(t, census, without+first.Added)
	require.GreaterOrEqual(t, first.Added, people*8/10)

	second := importList(t, d.Owner(ward), ward.Unit, list.Bytes())
	require.NotEqual(t, first.Started, second.Started, "it ran again")
	require.Equal(t, first.Rows, second.Rows)
	if second.Added+second.Updated > 0 { // the pages' first outcomes, told again
		second.Started, second.Finished = first.Started, first.Finished
		require.Equal(t, first, second)
	}
	d.Agree(callPatience)
	require.Equal(t, census, c.Census(d.District.Unit))
	require.Equal(t, figures, c.Figures(d.District.Unit))
	t.Logf("%d rows: %d new, %d the same, %d to compare, %d refused; the second time %d people as before", first.Rows, first.Added, first.Same, first.Review, first.Refused, len(census))
}

// importList hands a list in and waits for its end.
func importList(t *testing.T, owner *Client, unit string, list []byte) (job lookup.ImportJob) {
	t.Helper()
	path := "/imports?name=danh-sach.xlsx&unit=" + url.QueryEscape(unit)
	require.Equal(t, http.StatusOK, owner.Call(http.MethodPost, path, list, &job))
	Eventually(t, callPatience, "the import to end", func() bool {
		var all []lookup.ImportJob
		require.Equal(t, http.StatusOK, owner.Call(http.MethodGet, "/imports", nil, &all))
		for _, j := range all {
			if j.ID == job.ID {
				job = j
			}
		}
		return job.Finished != nil
	})
	require.Equal(t, "done", job.State, "%s", job.Error)
	return job
}

// restarted stops the whole district and starts it from the same directory.
func restarted(t *testing.T, d *District) {
	content := d.Agree(callPatience)
	census := d.Everywhere(civic.RoleOfficer)[0].Census(d.District.Unit)
	began := time.Now()
	d = d.Restart()
	took := time.Since(began)
	require.Equal(t, content, d.Agree(callPatience), "the same content")
	require.Equal(t, census, d.Everywhere(civic.RoleOfficer)[3].Census(d.District.Unit))
	k := NewCase(d.Wards[0].Unit)
	d.As(d.Wards[0], civic.RoleOfficer).Accepted(k.Forms...)
	province := d.As(d.Province, civic.RoleProvince)
	reached := Eventually(t, callPatience, "the case at the province", func() bool { return len(k.SeenAt(province)) == 5 })
	t.Logf("stopped and started in %v; a new case is at the province after %v", took.Round(time.Millisecond), reached.Round(time.Millisecond))
	everywhereOnce(t, d, census, []Case{k})
}
