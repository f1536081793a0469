#!/usr/bin/perl
# A small SMSC on Net::SMPP, a library that shares no line with ours.
#
# Says its port, and then each message that it takes: the fields as Net::SMPP reads them, separated
# by tabs, what may hold any octet in hex. Numbers that end in 0 are wrong, those that end in 1 meet
# a queue that is full, those that end in 2 are not reached; all others are.
use strict;
use warnings;
use IO::Handle;
use Net::SMPP;

my ($password) = @ARGV;
my $count = 0xA0;
STDOUT->autoflush(1);
$SIG{PIPE} = 'IGNORE';

my $server = Net::SMPP->new_listen('127.0.0.1', port => 0, smpp_version => 0x34)
    or die "cannot listen: $!";
print $server->sockport, "\n";

while (1) {
    my $client = $server->accept or next;
    $client->set_version(0x34);
    while (my $pdu = $client->read_pdu) {
        answer($client, $pdu) or last;
    }
    close $client;
}

sub answer {
    my ($client, $pdu) = @_;
    my $seq = $pdu->{seq};
    if ($pdu->{cmd} == Net::SMPP::CMD_bind_transceiver) {
        my $status = $pdu->{password} eq $password ? 0 : 0x0E;
        $client->bind_transceiver_resp(system_id => 'perl', seq => $seq, status => $status);
        return !$status;
    }
    if ($pdu->{cmd} == Net::SMPP::CMD_unbind) {
        $client->unbind_resp(seq => $seq);
        return 0;
    }
    $client->enquire_link_resp(seq => $seq) if $pdu->{cmd} == Net::SMPP::CMD_enquire_link;
    submitted($client, $pdu) if $pdu->{cmd} == Net::SMPP::CMD_submit_sm;
    print "answered\t$pdu->{status}\n" if $pdu->{cmd} == Net::SMPP::CMD_deliver_sm_resp;
    return 1;
}

sub submitted {
    my ($client, $pdu) = @_;
    my $status = $pdu->{destination_addr} =~ /0$/ ? 0x0B : $pdu->{destination_addr} =~ /1$/ ? 0x14 : 0;
    my $id = $status ? '' : sprintf('%08X', ++$count);
    $client->submit_sm_resp(message_id => $id, seq => $pdu->{seq}, status => $status);
    return if $status;
    my $payload = $pdu->{message_payload};
    print join("\t", 'took', map({ $pdu->{$_} } qw(
        source_addr_ton source_addr_npi source_addr dest_addr_ton dest_addr_npi destination_addr
        esm_class validity_period registered_delivery data_coding)),
        unpack('H*', $pdu->{short_message}), defined $payload ? unpack('H*', $payload) : ''), "\n";
    my $state = $pdu->{destination_addr} =~ /2$/ ? 'UNDELIV' : 'DELIVRD';
    $client->deliver_sm(
        async => 1, source_addr => $pdu->{destination_addr}, destination_addr => '80800',
        esm_class => 0x04, short_message => sprintf('id:%010d sub:001 dlvrd:001 submit date:'
            . '2603011200 done date:2603011201 stat:%s err:000 text:', $count, $state));
}
