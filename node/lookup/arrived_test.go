package lookup

import (
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

func TestTheProvinceTellsEverythingThatHappenedToSomebodyAlsoOutOfOneParcel(t *testing.T) {
	b := founded(t, civic.TierProvince, "01")
	b.must(b.ask(civic.KindClusterEnroll, "01", command.ID{}, civic.EnrollCluster{Code: cluster, Name: "Cụm Cầu Giấy", Root: []byte("root"), Generation: 1}))
	item := func(t command.RecordType, n uint16, value string) civic.ParcelItem {
		return civic.ParcelItem{Change: command.Change{Type: t, Key: key(n), Op: command.Put, Value: []byte(`{"id":"` + id(n).String() + `",` + value + `}`)}}
	}
	parcel := func(lane command.Lane, items ...civic.ParcelItem) {
		body := civic.ParcelBody{Cluster: cluster, Generation: 1, Lane: lane, Seq: 1, To: 9, Items: items}
		b.must(b.ask(civic.KindParcelReceive, "01", command.ID{}, civic.ReceiveParcel{Node: "ward-1", Parcel: body}))
	}
	person := `"household":"` + id(1).String() + `","hamlet":"00163","name":"Lê Thị Ân","touched":["birth","household","name","personalNumber","phones","sex"]`
	officer := `"officer":"` + trang.String() + `"`
	parcel(command.Routine,
		item(civic.TypeUnit, 90, `"code":"00163","name":"Dịch Vọng Hậu","kind":"ward","parent":"01"`),
		item(civic.TypeHousehold, 1, `"hamlet":"00163","address":"Số 1"`),
		item(civic.TypeResident, 11, person+`,"progress":{"captured":"2026-08-06"}`),
		item(civic.TypeResident, 12, `"hamlet":"00163","name":"Lê Văn Ba"`),
		item(civic.TypeVisit, 31, `"household":"`+id(1).String()+`","day":"2026-08-06",`+officer))
	parcel(command.Urgent,
		item(civic.TypeApplication, 21, `"resident":"`+id(11).String()+`","level":1,"day":"2026-08-06",`+officer),
		item(civic.TypeActivation, 41, `"resident":"`+id(11).String()+`","day":"2026-08-06",`+officer))

	events := Events(b.source(), b.table, nil, civic.TypeResident, key(11)+"@01CG")
	require.ElementsMatch(t, []string{"resident.put", "visit.record", "application.submit", "activation.record"}, kindsOf(events))
	stages := map[string]int{"resident.put": 4, "visit.record": 4, "application.submit": 5, "activation.record": 4}
	for _, e := range events {
		require.Equal(t, civic.StageReceived, e.Stage, e.Kind)
		require.Equal(t, stages[e.Kind], e.Stages, e.Kind)
		require.Empty(t, e.OfficerName, "officers stay in their cluster")
	}
	require.Equal(t, []string{"roster.page"}, kindsOf(Events(b.source(), b.table, nil, civic.TypeResident, key(12)+"@01CG")), "what no officer typed came with a list")
}
