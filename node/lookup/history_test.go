package lookup

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/store/civic"
	"gocua/store/command"
)

func edit(field, was, now string) []civic.Edit {
	return []civic.Edit{{Field: field, Was: json.RawMessage(was), Now: json.RawMessage(now)}}
}

func kindsOf(events []Event) (list []string) {
	for _, e := range events {
		list = append(list, e.Kind)
	}
	return list
}

func TestTheHistoryOfAPersonHoldsWhatHangsOnThemNewestFirst(t *testing.T) {
	b := street(t)
	registered := b.now - 4000 // the third last resident of the street
	edited := b.must(b.ask(civic.KindResidentEdit, ward, hung, civic.EditResident{ID: id(12), Edits: edit("phones", `[]`, `["0912404318"]`)}))
	visit := b.must(b.ask(civic.KindVisitRecord, ward, trang, civic.RecordVisit{ID: id(31), Household: id(1), At: "2026-08-06T13:00:00Z", Mode: "door", Outcome: "will_come"}))
	app := b.must(b.ask(civic.KindAppSubmit, ward, hung, civic.SubmitApplication{ID: id(21), Resident: id(12), Level: 1, Phone: "0912404318"}))
	again := b.ask(civic.KindAppSubmit, ward, trang, civic.SubmitApplication{ID: id(22), Resident: id(12), Level: 1, Phone: "0912404318"})

	events := Events(b.source(), b.table, nil, civic.TypeResident, key(12))
	require.Equal(t, []string{"application.submit", "application.submit", "visit.record", "resident.edit", "resident.put"}, kindsOf(events))
	require.Equal(t, []command.ID{again.ID, app.ID, visit.ID, edited.ID}, []command.ID{events[0].Command, events[1].Command, events[2].Command, events[3].Command})
	require.Equal(t, command.Conflicted, events[0].Status)
	require.Equal(t, command.Accepted, events[1].Status)
	require.Equal(t, []string{"Lê Thu Trang", "Vũ Mạnh Hùng", "Lê Thu Trang"}, []string{events[0].OfficerName, events[1].OfficerName, events[2].OfficerName})
	require.Equal(t, registered, events[4].At)
	require.Equal(t, []FieldChange{{Field: "phones", Now: json.RawMessage(`["+84912404318"]`)}}, events[3].Changes[0].Fields)
	require.False(t, events[3].Changes[0].Created)
	require.True(t, events[4].Changes[0].Created)
	require.Equal(t, civic.StageAgreed, events[3].Stage)
	require.Equal(t, 4, events[3].Stages)
	require.Equal(t, 5, events[1].Stages)

	reached := events[2].Changes // the visit and what it did to the person
	require.Len(t, reached, 2)
	require.Equal(t, "resident", reached[0].Record)
	require.Equal(t, []FieldChange{{Field: "progress", Was: json.RawMessage(`{}`), Now: json.RawMessage(`{"reached":"2026-08-06"}`)}}, withoutNil(reached[0].Fields))
	require.Equal(t, "visit", reached[1].Record)
}

// withoutNil writes a missing value as an empty object, for comparing.
func withoutNil(fields []FieldChange) []FieldChange {
	for i := range fields {
		if fields[i].Was == nil {
			fields[i].Was = json.RawMessage(`{}`)
		}
	}
	return fields
}

func TestAnEditTellsWhatAFieldWasAndIs(t *testing.T) {
	b := street(t)
	b.must(b.ask(civic.KindResidentEdit, ward, hung, civic.EditResident{ID: id(11), Edits: []civic.Edit{
		{Field: "name", Was: json.RawMessage(`"Nguyễn Văn Hùng"`), Now: json.RawMessage(`"Nguyễn Mạnh Hùng"`)},
		{Field: "birth", Was: json.RawMessage(`"1980"`), Now: json.RawMessage(`"1980-05-02"`)}}}))
	events := Events(b.source(), b.table, nil, civic.TypeResident, key(11))
	require.Equal(t, []FieldChange{
		{Field: "birth", Was: json.RawMessage(`"1980"`), Now: json.RawMessage(`"1980-05-02"`)},
		{Field: "name", Was: json.RawMessage(`"Nguyễn Văn Hùng"`), Now: json.RawMessage(`"Nguyễn Mạnh Hùng"`)},
	}, events[0].Changes[0].Fields)
}

func TestTheHistoryOfAHouseholdHoldsItsVisits(t *testing.T) {
	b := street(t)
	b.must(b.ask(civic.KindVisitRecord, ward, trang, civic.RecordVisit{ID: id(31), Household: id(3), At: "2026-08-06T13:00:00Z", Mode: "door", Outcome: "nobody_home"}))
	events := Events(b.source(), b.table, nil, civic.TypeHousehold, key(3))
	require.Equal(t, []string{"visit.record", "household.put"}, kindsOf(events))
	require.Equal(t, "Lê Thu Trang", events[0].OfficerName)
}

func TestWhatWaitsHereIsMarkedAndComesFirst(t *testing.T) {
	b := street(t)
	waiting := b.envelope(civic.KindResidentEdit, ward, hung, civic.EditResident{ID: id(12), Edits: edit("name", `"Trần Thị Ánh"`, `"Trần Ngọc Ánh"`)})
	fresh := b.envelope(civic.KindAppSubmit, ward, trang, civic.SubmitApplication{ID: id(21), Resident: id(11), Level: 1, Phone: "0912404318"})
	src := b.here(waiting, fresh)

	page, err := List(src, Filter{Units: []string{near}, Limit: 10})
	require.NoError(t, err)
	require.Equal(t, []string{"Đỗ Bích An", "Trần Ngọc Ánh", "Nguyễn Văn Hùng"}, names(page.People))
	require.Equal(t, []bool{false, true, true}, []bool{page.People[0].Pending, page.People[1].Pending, page.People[2].Pending})

	list := []WaitingCommand{{Envelope: waiting}, {Envelope: fresh}}
	events := Events(src, b.table, list, civic.TypeResident, key(12))
	require.Equal(t, []string{"resident.edit", "resident.put"}, kindsOf(events))
	require.True(t, events[0].Pending)
	require.Equal(t, command.Waiting, events[0].Status)
	require.Equal(t, civic.StageSaved, events[0].Stage)
	require.Equal(t, "Vũ Mạnh Hùng", events[0].OfficerName)
	require.Equal(t, waiting.CapturedAt, events[0].At)
	require.Equal(t, []FieldChange{{Field: "name", Was: json.RawMessage(`"Trần Thị Ánh"`), Now: json.RawMessage(`"Trần Ngọc Ánh"`)}}, events[0].Changes[0].Fields)

	p, ok := FindProfile(src, key(11))
	require.True(t, ok)
	require.True(t, p.Application().Pending)
	events = Events(src, b.table, list, civic.TypeResident, key(11))
	require.Equal(t, []string{"application.submit", "resident.put"}, kindsOf(events))
	require.Len(t, events[0].Changes, 2)
}

// seal fixes the next parcel of a lane.
func (b *bench) seal(lane command.Lane, seq, from, to uint64) {
	prev := []byte(nil)
	if seq > 1 {
		prev = sealHash(lane, seq-1)
	}
	b.must(b.ask(civic.KindSeal, cluster, command.ID{}, civic.SealParcel{Lane: lane, Seq: seq, From: from, To: to, Prev: prev, Hash: sealHash(lane, seq)}))
}

func sealHash(lane command.Lane, seq uint64) []byte { return []byte{byte(lane), byte(seq)} }

// receipt brings in the province's answer to a parcel.
func (b *bench) receipt(lane command.Lane, seq uint64, at int64) {
	r := civic.Receipt{Cluster: cluster, Lane: lane, Seq: seq, Hash: sealHash(lane, seq), At: at}
	data, err := json.Marshal(r)
	require.NoError(b.t, err)
	b.must(b.ask(civic.KindReceipt, cluster, command.ID{}, civic.AckParcel{Receipt: r, Signed: civic.Signed{Data: data}}))
}

func TestADeliveryGoesAsFarAsTheLastOfItsRecords(t *testing.T) {
	b := street(t)
	e := b.envelope(civic.KindAppSubmit, ward, trang, civic.SubmitApplication{ID: id(21), Resident: id(12), Level: 1, Phone: "0912404318"})
	captured := b.now
	undecided := command.Decided{ID: e.ID, Outcome: command.Outcome{Status: command.Waiting, Kind: e.Kind}}
	require.Equal(t, Delivery{Here: captured, Stage: civic.StageSaved, Stages: 5}, DeliveryOf(b.source(), b.table, undecided, captured))

	app := b.must(b.agree(e)) // an application (urgent) and its resident (routine)
	want := Delivery{Here: captured, Agreed: captured, Stage: civic.StageAgreed, Stages: 5}
	require.Equal(t, want, DeliveryOf(b.source(), b.table, app, captured))

	last := app.Outcome.FeedTo
	b.seal(command.Routine, 1, 0, last-2)
	b.seal(command.Urgent, 1, 0, last)
	require.Equal(t, want, DeliveryOf(b.source(), b.table, app, captured), "the resident has not been sealed yet")

	want.Sent, want.Stage = b.now, civic.StageSent
	b.seal(command.Routine, 2, last-2, last)
	b.seal(command.Routine, 3, last, last+2)
	require.Equal(t, want, DeliveryOf(b.source(), b.table, app, captured))

	b.receipt(command.Urgent, 1, sixthOfAugust+90_000)
	b.receipt(command.Routine, 1, sixthOfAugust+91_000)
	require.Equal(t, want, DeliveryOf(b.source(), b.table, app, captured), "the resident has not been received yet")

	b.receipt(command.Routine, 2, sixthOfAugust+92_000)
	want.Received, want.Stage = sixthOfAugust+92_000, civic.StageReceived
	require.Equal(t, want, DeliveryOf(b.source(), b.table, app, captured))
}

func TestWhatStaysInTheClusterIsDeliveredOnceAgreed(t *testing.T) {
	b := newBench(t)
	d := b.must(b.ask(civic.KindSettingPut, cluster, command.ID{}, civic.PutSetting{Key: "campaign.deadline", Value: []byte(`"2026-12-31"`)}))
	require.Equal(t, Delivery{Agreed: b.now - 1000, Stage: civic.StageAgreed, Stages: 2}, DeliveryOf(b.source(), b.table, d, 0))
}

func TestACommandThatChangedNothingIsDeliveredOnceAgreed(t *testing.T) {
	b := street(t)
	again := b.household(1, near, "Số 2, ngõ 68 Xuân Thuỷ")
	require.Zero(t, again.Outcome.FeedTo)
	require.Equal(t, Delivery{Agreed: b.now - 1000, Stage: civic.StageAgreed, Stages: 4}, DeliveryOf(b.source(), b.table, again, 0))
}

func TestWhatTheProvinceRefusedIsListedInTheOrderItWasSent(t *testing.T) {
	b := street(t)
	b.seal(command.Routine, 1, 0, 5)
	r := civic.Receipt{Cluster: cluster, Lane: command.Routine, Seq: 1, Hash: sealHash(command.Routine, 1), At: sixthOfAugust, Count: 2, Refused: []civic.RefusedItem{
		{Type: civic.TypeResident, Key: key(12), Code: "malformed"}, {Type: civic.TypeHousehold, Key: key(1), Code: "wrong_lane"}}}
	b.must(b.ask(civic.KindReceipt, cluster, command.ID{}, civic.AckParcel{Receipt: r}))
	list := Parked(b.source(), 10)
	require.Len(t, list, 2)
	require.Equal(t, []string{"wrong_lane", "malformed"}, []string{list[0].Code, list[1].Code})
	require.Len(t, Parked(b.source(), 1), 1)
}
