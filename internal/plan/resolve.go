package plan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/recorded"
	"github.com/live-beats/live-beats-aws/internal/sandbox/facts"
)

// resolve replaces what is unknown in a resource's references by the ids and symbols of what they refer to.
func (r *reader) resolve(e *entry) {
	if e.fact == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(e.node.Props)) {
		if p := e.fact.Inputs[name]; p != nil {
			e.node.Props[name] = r.value(e, name, name, p, e.node.Props[name])
		}
	}
}

// value resolves one property, however deep: top is the outermost one, for which the dependencies are recorded.
func (r *reader) value(e *entry, top, path string, p *facts.Property, v any) any {
	switch v := v.(type) {
	case graph.Unknown:
		return r.unknown(e, top, path, p)
	case []any:
		return r.items(e, top, path, p, v)
	case map[string]any:
		object := maps.Clone(v)
		for name, item := range object {
			if child := p.Properties[name]; child != nil {
				object[name] = r.value(e, top, path+"."+name, child, item)
			}
		}
		return object
	}
	return v
}

// items resolves a list of a known length: its unknown items are all that the property depends on, or undecided.
func (r *reader) items(e *entry, top, path string, p *facts.Property, list []any) []any {
	isUnknown := func(v any) bool { _, unknown := v.(graph.Unknown); return unknown }
	var found []string
	if p.Ref != nil && slices.ContainsFunc(list, isUnknown) {
		found = r.candidates(e, top, p.Ref)
	}
	items := make([]any, len(list))
	for i, item := range list {
		switch {
		case isUnknown(item) && len(found) == count(list, isUnknown):
			items[i] = found[count(list[:i], isUnknown)]
		case isUnknown(item):
			items[i] = r.lost(e, path)
		default:
			items[i] = r.value(e, top, path, p, item)
		}
	}
	return items
}

func count(list []any, match func(any) bool) (n int) {
	for _, item := range list {
		if match(item) {
			n++
		}
	}
	return n
}

// unknown is what an unknown value refers to, or Unknown.
func (r *reader) unknown(e *entry, top, path string, p *facts.Property) any {
	if p.Ref == nil {
		return graph.Unknown{}
	}
	found := r.candidates(e, top, p.Ref)
	switch i, numbered := e.number(); {
	case p.Type == facts.Strings && len(found) > 0:
		return anys(found)
	case len(found) == 1:
		return found[0]
	case numbered && i < len(found):
		return found[i] // One is made for each, as mount targets are for subnets.
	}
	return r.lost(e, path)
}

// lost notes a reference that stays unknown, unless it can decide nothing.
func (r *reader) lost(e *entry, path string) any {
	if !slices.ContainsFunc(watching, func(service string) bool { return strings.HasPrefix(e.Type, service) }) {
		r.unresolved = append(r.unresolved, fmt.Sprintf("%s: %s", e.symbol(), path))
	}
	return graph.Unknown{}
}

// watching are the services whose resources look on, on whom no path and no permission depends.
var watching = []string{"aws:cloudwatch/", "aws:sns/", "aws:appautoscaling/", "aws:budgets/"}

// candidates are the ids of the resources that a property may refer to by what it depends on.
func (r *reader) candidates(e *entry, property string, ref *facts.Ref) []string {
	var ids []string
	for _, urn := range slices.Sorted(slices.Values(e.Dependencies[property])) {
		d := r.byURN[urn]
		switch {
		case d == nil:
		case d.Type == ref.Type:
			ids = append(ids, d.by(ref))
		case d.Type == vpcComponent:
			ids = append(ids, r.within(d, e.Type, ref.Type)...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// by is what a reference calls the resource.
func (e *entry) by(ref *facts.Ref) string {
	if len(ref.By) == 0 {
		return e.node.ID
	}
	return e.node.Text(ref.By[0])
}

// number is what a resource's name ends with, when it is one of several: they count from 0.
func (e *entry) number() (n int, ok bool) {
	name := Name(e.URN)
	n, err := strconv.Atoi(name[strings.LastIndex(name, "-")+1:])
	return n, err == nil
}

// vpcComponent is awsx's network. The Go SDK records it alone as what its outputs depend on, and not the resource
// behind each output.
const vpcComponent = "awsx:ec2:Vpc"

// within are the ids of the resources of a type inside of awsx's network that a consumer is given: its VPC; its
// subnets, or their route tables, of the kind that the component above it says it hands out for the purpose.
func (r *reader) within(network *entry, consumer, typ string) []string {
	kind := ""
	if owner := r.byURN[network.Parent]; owner != nil {
		kind = owner.Properties.Object(recorded.SubnetTypes).Text(purpose(consumer))
	}
	var ids []string
	for _, e := range r.entries {
		switch {
		case !strings.HasPrefix(e.URN, childPrefix(network.URN)):
		case e.Type != typ:
		case typ == graph.Vpc, typ == graph.Subnet && e.subnetType() == kind, typ == graph.RouteTable && r.tableOf(e, kind):
			ids = append(ids, e.node.ID)
		}
	}
	return ids
}

func purpose(consumer string) string {
	switch consumer {
	case graph.LoadBalancer:
		return recorded.ForLoadBalancer
	case graph.DatabaseNet:
		return recorded.ForDatabase
	}
	return recorded.ForTasks
}

// childPrefix is how the URNs of a component's descendants begin.
func childPrefix(urn string) string { return urn[:strings.LastIndex(urn, "::")] + "$" }

// subnetType is the kind that awsx tags its subnets with.
func (e *entry) subnetType() string { return e.Properties.Object("tags").Text("SubnetType") }

// tableOf tells whether a route table of awsx's is that of a subnet of a kind, which is its parent.
func (r *reader) tableOf(table *entry, kind string) bool {
	subnet := r.byURN[table.Parent]
	return subnet != nil && subnet.subnetType() == kind
}

// document fills in a document that is unknown as a whole from what its component has recorded of it.
func (r *reader) document(e *entry) {
	owner := r.byURN[e.Parent]
	if owner == nil || e.fact == nil {
		return
	}
	for property, text := range owner.Properties.Object(recorded.Documents).Object(Name(e.URN)) {
		text, isText := text.(string)
		if _, unknown := e.node.Props[property].(graph.Unknown); !unknown || !isText {
			continue
		}
		if text, ok := r.fill(text); ok {
			e.node.Props[property] = text
		}
	}
}

// fill replaces the placeholders of a document; it fails when one names no resource.
func (r *reader) fill(document string) (text string, ok bool) {
	ok = true
	text = recorded.Placeholders.ReplaceAllStringFunc(document, func(match string) string {
		urn := recorded.Placeholders.FindStringSubmatch(match)[1]
		i := slices.IndexFunc(r.entries, func(d *entry) bool { return strings.EqualFold(d.URN, urn) })
		if i < 0 {
			ok = false
			return match
		}
		return r.entries[i].symbol()
	})
	return text, ok
}

func anys(texts []string) []any {
	items := make([]any, len(texts))
	for i, text := range texts {
		items[i] = text
	}
	return items
}
