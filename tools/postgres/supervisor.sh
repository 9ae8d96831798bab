# Runs the server for its owner, who holds the other end of standard input: "unpack", "start" and "stop" are obeyed,
# and when the owner is gone, however it went, the server and its folder go too. The archive to unpack is open as
# standard error.
trap '' HUP INT TERM
postgres=$1 folder=$2 megabytes=$3 data=$2/data
exec 3<&2 2>/dev/null
echo "$$" >"$folder/supervisor"
[ "$megabytes" = 0 ] || ulimit -v "$((megabytes * 1024))" 2>/dev/null
ulimit -c 0
ulimit -f 1048576 2>/dev/null # blocks of 512 bytes in one file: half a gigabyte of a table
server=
halt() {
    [ -n "$server" ] || return
    signal=$1 tries=0
    # before it has this file the server does not listen to signals, and has no processes of its own
    until [ -e "$data/postmaster.pid" ] || [ -s "$folder/log" ] || [ "$tries" = 100 ]; do
        sleep 0.01
        tries=$((tries + 1))
    done
    [ -e "$data/postmaster.pid" ] || signal=KILL
    kill "-$signal" "$server" 2>/dev/null
    [ "$signal" = INT ] || insist
    wait "$server" 2>/dev/null
    server=
}
# The server kills what does not obey after five seconds; nobody would do that to its first process.
insist() {
    tries=0
    while kill -0 "$server" 2>/dev/null; do
        sleep 0.01
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] && continue
        kill -KILL "$server" 2>/dev/null
        return
    done
}
while read -r word; do
    case $word in
    unpack)
        if ! tar -xmf - -C "$data" <&3 2>"$folder/unpacking"; then
            mv "$folder/unpacking" "$folder/log"
            postgres=false
        fi
        ;;
    start) "$postgres" -D "$data" -c config_file="$folder/postgresql.conf" </dev/null >>"$folder/log" 2>&1 3<&- & server=$! ;;
    stop) halt INT && echo stopped ;;
    esac
done
halt QUIT
# a process of the server that has lost its first one may still write while it ends
tries=0
until rm -rf "$folder" || [ "$tries" = 100 ]; do
    sleep 0.05
    tries=$((tries + 1))
done
