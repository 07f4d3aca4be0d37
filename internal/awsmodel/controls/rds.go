package controls

import (
	"slices"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel/graph"
	"github.com/live-beats/live-beats-aws/internal/awsmodel/network"
)

const parameterGroup = "aws:rds/parameterGroup:ParameterGroup"

// engines holds what the controls expect of each database engine. Other engines are not evaluated.
var engines = map[string]struct {
	port, user string
	logs       []string
}{
	"postgres": {"5432", "postgres", []string{"postgresql", "upgrade"}},
	"mysql":    {"3306", "admin", []string{"audit", "error", "general", "slowquery"}},
	"mariadb":  {"3306", "admin", []string{"audit", "error", "general", "slowquery"}},
}

var rdsControls = []Control{
	database("RDS.2", Critical, "Databases have no public address",
		is("publiclyAccessible", "false", "false"), "remove publiclyAccessible; Database does not set it"),
	database("RDS.3", Medium, "Databases are encrypted",
		is("storageEncrypted", "false", "true"), "set storageEncrypted, as Database does; this replaces the database"),
	database("RDS.5", Medium, "Databases have a standby in another zone",
		is("multiAz", "false", "true"), "set database.multiAz: true"),
	database("RDS.6", Low, "Databases have Enhanced Monitoring of their operating system",
		atLeast("monitoringInterval", 0, 1),
		"set monitoringInterval and a monitoringRoleArn; Database does not offer it: Performance Insights is on"),
	database("RDS.8", Low, "Databases are protected from deletion",
		is("deletionProtection", "false", "true"), "set protect: true"),
	database("RDS.9", Medium, "Databases send every log to CloudWatch", ofEngine(func(s subject) check {
		return includes("enabledCloudwatchLogsExports", engines[s.Text("engine")].logs...)
	}), "set enabledCloudwatchLogsExports: postgresql, upgrade"),
	database("RDS.10", Medium, "Databases accept IAM authentication as well as passwords",
		is("iamDatabaseAuthenticationEnabled", "false", "true"),
		"not offered: Live Beats signs in with the password in DATABASE_URL"),
	database("RDS.11", Medium, "Backups are kept for a week",
		only(is("replicateSourceDb", "", ""), "the database is a replica", atLeast("backupRetentionPeriod", 0, 7)),
		"set database.backupDays: 7 or more"),
	database("RDS.13", High, "Databases get minor version upgrades automatically",
		is("autoMinorVersionUpgrade", "true", "true"), "remove autoMinorVersionUpgrade: true is the default"),
	database("RDS.17", Low, "Snapshots have the tags of their database",
		is("copyTagsToSnapshot", "false", "true"), "set copyTagsToSnapshot, as Database does"),
	database("RDS.23", Low, "Databases do not listen on their engine's default port", ofEngine(func(s subject) check {
		usual := engines[s.Text("engine")].port
		return isNot("port", usual, usual)
	}), "not offered: the port is in DATABASE_URL, and a security group that lets in only the tasks protects it"),
	database("RDS.25", Medium, "The administrator does not have the default name", ofEngine(func(s subject) check {
		if value, known := s.At("username"); known && text(value, "") == "" {
			// It comes from a snapshot or from the replicated database.
			return func(subject) outcome { return unsure("username") }
		}
		return isNot("username", "", engines[s.Text("engine")].user)
	}), "choose another username, as Database does; this replaces the database"),
	{ID: "RDS.26", Severity: Medium, Title: "Databases are in a backup plan", beyond: backupPlans},
	database("RDS.36", Medium, "PostgreSQL sends its log to CloudWatch",
		postgres(includes("enabledCloudwatchLogsExports", "postgresql")), "set enabledCloudwatchLogsExports: postgresql"),
	database("RDS.38", Medium, "PostgreSQL refuses connections without TLS",
		postgres(forcesTLS), "set rds.force_ssl to 1 in the parameter group, as Database does"),
	database("RDS.46", High, "Databases are not in public subnets", private,
		"set network.mode: dedicated, or network.privateSubnetIds; the default VPC has only public subnets"),
}

func database(id string, severity Severity, title string, evaluate check, fix string) Control {
	return Control{ID: id, Severity: severity, Title: title, types: []string{graph.Database}, check: evaluate, Fix: fix}
}

// ofEngine evaluates a database with the check for its engine.
func ofEngine(then func(subject) check) check {
	return func(s subject) outcome {
		if _, known := s.At("engine"); !known {
			return unsure("engine")
		}
		if _, ok := engines[s.Text("engine")]; !ok {
			return skipped("what AWS expects of engine " + s.Text("engine") + " is not in this table")
		}
		return then(s)(s)
	}
}

func postgres(then check) check {
	return only(is("engine", "", "postgres"), "no database is PostgreSQL", then)
}

// forcesTLS evaluates rds.force_ssl, which is on from PostgreSQL 15 unless a parameter group turns it off.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
func forcesTLS(s subject) outcome {
	const property = "parameterGroupName"
	name, known := s.At(property)
	version, knownVersion := s.At("engineVersion")
	if !known || !knownVersion {
		return unsure(property + " or engineVersion")
	}
	major, _, _ := strings.Cut(text(version, ""), ".")
	number, err := strconv.Atoi(major)
	on := err == nil && number >= 15
	group := s.g.Find(parameterGroup, s.Region, func(r *graph.Resource) bool {
		return r.ID == name || r.Text("name") == name
	})
	switch {
	case group == nil && name != nil && !strings.HasPrefix(text(name, ""), "default."):
		return outcome{Undecided, property, "parameter group " + text(name, "") + " is not in the graph"}
	case group == nil && err != nil:
		return unsure("engineVersion")
	case group == nil:
		return onOff(on)
	}
	for _, p := range group.Objects("parameters") {
		if p.Text("name") == "rds.force_ssl" {
			return onOff(p.Text("value") == "1")
		}
	}
	if !(subject{group, s.g}).settled("parameters") {
		return unsure("parameters of " + group.ID)
	}
	return onOff(on)
}

func onOff(on bool) outcome {
	if on {
		return passed
	}
	return failed("parameterGroupName", "rds.force_ssl is 0")
}

// private fails if a subnet of a database has a route to an internet gateway.
func private(s subject) outcome {
	const property = "dbSubnetGroupName"
	name, known := s.At(property)
	if !known {
		return unsure(property)
	}
	group := s.g.Find(graph.DatabaseNet, s.Region, func(r *graph.Resource) bool {
		return r.ID == name || r.Text("name") == name
	})
	if group == nil {
		return outcome{Undecided, property, "subnet group " + text(name, "default") + " is not in the graph"}
	}
	if !(subject{group, s.g}).settled("subnetIds") {
		return unsure("subnetIds of " + group.ID)
	}
	o := passed
	for _, id := range group.Strings("subnetIds") {
		switch leaves, decided := s.toInternetGateway(id); {
		case leaves:
			return failed(property, "subnet %s has a route to an internet gateway", id)
		case !decided:
			o = outcome{Undecided, property, "the routes of subnet " + id + " are not known"}
		}
	}
	return o
}

func (s subject) toInternetGateway(id string) (leaves, decided bool) {
	subnet := s.g.Get(graph.Subnet, s.Region, id)
	if subnet == nil {
		return false, false
	}
	table := network.Network{Graph: s.g, Region: s.Region}.Table(subnet)
	if table == nil {
		return false, false
	}
	routes := table.Objects("routes")
	decided = subject{table, s.g}.settled("routes")
	for _, r := range s.g.All(graph.Route) {
		if id, known := r.At("routeTableId"); !known {
			decided = false
		} else if id == table.ID {
			routes = append(routes, r.Props)
			decided = decided && graph.Known(map[string]any(r.Props))
		}
	}
	return slices.ContainsFunc(routes, toGateway), decided
}

func toGateway(route graph.Props) bool {
	for _, property := range []string{"cidrBlock", "destinationCidrBlock", "ipv6CidrBlock", "destinationIpv6CidrBlock"} {
		if to := route.Text(property); to == "0.0.0.0/0" || to == "::/0" {
			return strings.HasPrefix(route.Text("gatewayId"), "igw-")
		}
	}
	return false
}
