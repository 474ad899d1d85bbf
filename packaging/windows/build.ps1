# Makes Preau-windows.zip on Windows 10 or 11, 64 bits, with Python 3.12 or 3.13 from python.org: from the repository,
#   powershell -ExecutionPolicy Bypass -File packaging\windows\build.ps1
$ErrorActionPreference = "Stop"
Set-Location (Join-Path $PSScriptRoot "..\..")

function Invoke-Checked([string]$program, [string[]]$arguments) {
    & $program @arguments
    if ($LASTEXITCODE -ne 0) { throw "$program $($arguments -join ' ') : code $LASTEXITCODE" }
}

# Whether a command succeeds, without a word. By cmd: PowerShell 5 takes what a program writes on its error output for an error.
function Test-Quietly([string]$command) {
    cmd /c "$command >nul 2>nul"
    return $LASTEXITCODE -eq 0
}

# The newest that the lock file knows; "py -3" alone may be one that it does not.
$version = $null
foreach ($one in "3.13", "3.12") { if (-not $version -and (Test-Quietly "py -$one --version")) { $version = $one } }
if (-not $version) { throw "Installez Python 3.12 ou 3.13, 64 bits, depuis python.org (avec le lanceur py)." }
Invoke-Checked "py" @("-$version", "-m", "venv", ".venv")
$python = ".venv\Scripts\python.exe"
Invoke-Checked $python @("-m", "pip", "install", "--quiet", "--require-hashes", "-r", "requirements.lock")
Invoke-Checked $python @("-m", "PyInstaller", "packaging\desktop.spec", "--noconfirm", "--distpath", "dist", "--workpath", "build")

# Tried with no Python on the PATH and away from the sources, as on a school's PC.
$away = Join-Path ([IO.Path]::GetTempPath()) "preau-essai"
if (Test-Path $away) { Remove-Item -Recurse -Force $away }
Copy-Item -Recurse "dist\preau" $away
$path = $env:PATH
try {
    $env:PATH = "$env:SystemRoot\System32"
    Invoke-Checked (Join-Path $away "preau-console.exe") @("--self-test")
    if (Test-Quietly "`"$(Join-Path $away "preau-console.exe")`" serve") { throw "Le serveur est dans le dossier." }
} finally {
    $env:PATH = $path
    Remove-Item -Recurse -Force $away
}
Copy-Item "packaging\windows\Installer-Preau.ps1" "dist"
Compress-Archive -Force -Path "dist\preau", "dist\Installer-Preau.ps1" -DestinationPath "dist\Preau-windows.zip"
Write-Host "dist\Preau-windows.zip"
