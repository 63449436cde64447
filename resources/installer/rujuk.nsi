; Rujuk's setup program: for one user, without administrator's rights, without a network.
;
; makensis -DVERSION=1.2.3 -DAPP=app-1.2.3 -DRUNTIME=runtime-0123456789ab -DFILES=list -DPAYLOAD=folder -DOUT=file
;          -DICON=file -DPICTURE=file [-DARCH=amd64] [-DFAST] [-DSIGN=command]
;
; Silent: Rujuk-Setup.exe /S [/NOAUTOSTART] [/D=folder], Uninstall.exe /S [/DELETEDATA]. Exit codes: 0 done, 5 Rujuk is
; running, 6 this Windows is too old or of 32 bits, 7 the files could not be put in place, 8 the new version could not be
; chosen, 9 a newer version is installed.
;
; A power cut at any moment leaves a version that starts: the new one is unpacked beside the old one under other names,
; and the last step, writing current.txt, chooses it. Only a repair has to move folders that are in use by name;
; meanwhile previous.txt names where they are.

!ifndef ARCH
  !define ARCH x86
!endif
Target ${ARCH}-unicode
Unicode true
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
!ifdef FAST
  SetCompress off
!else
  SetCompressor /SOLID /FINAL lzma
  SetCompressorDictSize 64
!endif

!define NAME "Rujuk"
!define OWN_KEY "Software\Rujuk"
!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Rujuk"
!define RUN_KEY "Software\Microsoft\Windows\CurrentVersion\Run"

Name "${NAME}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Rujuk"
InstallDirRegKey HKCU "${OWN_KEY}" "InstallDir"
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION_NUMBERS}"
VIAddVersionKey /LANG=0 "ProductName" "${NAME}"
VIAddVersionKey /LANG=0 "FileDescription" "${NAME}"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "LegalCopyright" "Apache-2.0"

!include MUI2.nsh
!include LogicLib.nsh
!include x64.nsh
!include WinVer.nsh
!include FileFunc.nsh
!include TextFunc.nsh
!include WordFunc.nsh
!include nsDialogs.nsh
!include "${FILES}"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${PICTURE}"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TITLE "$(WelcomeTitle)"
!define MUI_WELCOMEPAGE_TEXT "$(WelcomeText)"
!define MUI_FINISHPAGE_TITLE "$(DoneTitle)"
!define MUI_FINISHPAGE_TEXT "$(DoneText)"
!define MUI_FINISHPAGE_RUN "$INSTDIR\Rujuk.exe"
!define MUI_FINISHPAGE_RUN_TEXT "$(RunNow)"
!define MUI_COMPONENTSPAGE_NODESC
!define MUI_COMPONENTSPAGE_TEXT_TOP "$(ChooseText)"
!define MUI_COMPONENTSPAGE_TEXT_COMPLIST "$(ChooseList)"
!define MUI_INSTFILESPAGE_FINISHHEADER_TEXT "$(DoneTitle)"
!define MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT " "
!define MUI_INSTFILESPAGE_ABORTHEADER_TEXT "$(FailedTitle)"
!define MUI_INSTFILESPAGE_ABORTHEADER_SUBTEXT " "
InstallButtonText "$(InstallButton)"
UninstallButtonText "$(RemoveButton)"
MiscButtonText "$(BackButton)" "$(NextButton)" "$(CancelButton)" "$(CloseButton)"
!insertmacro MUI_PAGE_WELCOME
!define MUI_PAGE_HEADER_TEXT "$(ChooseTitle)"
!define MUI_PAGE_HEADER_SUBTEXT " "
!insertmacro MUI_PAGE_COMPONENTS
!define MUI_PAGE_HEADER_TEXT "$(WelcomeTitle)"
!define MUI_PAGE_HEADER_SUBTEXT "$(Wait)"
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!define MUI_PAGE_HEADER_TEXT "$(RemoveTitle)"
!define MUI_PAGE_HEADER_SUBTEXT " "
!define MUI_UNCONFIRMPAGE_TEXT_TOP "$(RemoveText)"
!define MUI_UNCONFIRMPAGE_TEXT_LOCATION "$(Folder)"
!insertmacro MUI_UNPAGE_CONFIRM
UninstPage custom un.AskAboutData un.KeepAnswer
!define MUI_PAGE_HEADER_TEXT "$(RemoveTitle)"
!define MUI_PAGE_HEADER_SUBTEXT "$(Wait)"
!define MUI_INSTFILESPAGE_FINISHHEADER_TEXT "$(RemovedTitle)"
!define MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT " "
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "Indonesian"
!insertmacro MUI_LANGUAGE "English"

!include "texts.nsh"

Var DeleteData
Var DeleteBox
Var AgentRan
Var CurrentRuntime
Var CurrentApp

!macro LookForMutex NAME RESULT
  StrCpy ${RESULT} 0
  System::Call 'kernel32::OpenMutexW(i 0x100000, i 0, w "Local\${NAME}") p .R0'
  ${If} $R0 P<> 0
    System::Call 'kernel32::CloseHandle(p R0)'
    StrCpy ${RESULT} 1
  ${EndIf}
!macroend

; The window is the user's to close; the agent in the background is ended by asking it.
!macro WaitUntilClosed UN
Function ${UN}WaitUntilClosed
  StrCpy $AgentRan 0
  again:
  !insertmacro LookForMutex "Rujuk" $R1
  ${If} $R1 = 0
    !insertmacro LookForMutex "Rujuk.agent" $R1
    ${If} $R1 = 1
      StrCpy $AgentRan 1
      ; More than once: one that Windows has started a moment ago hears nothing yet.
      ${For} $R2 1 20
        ExecWait '"$INSTDIR\Rujuk.exe" -m desktop.agent --stop' $R3
        !insertmacro LookForMutex "Rujuk.agent" $R1
        ${If} $R1 = 0
        ${OrIf} $R3 <> 0
          ${ExitFor}
        ${EndIf}
        Sleep 500
      ${Next}
    ${EndIf}
  ${EndIf}
  ${If} $R1 = 1
    IfSilent refuse
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(Running)" IDRETRY again
    refuse:
    SetErrorLevel 5
    Quit
  ${EndIf}
FunctionEnd
!macroend
!insertmacro WaitUntilClosed ""
!insertmacro WaitUntilClosed "un."

; What current.txt names; both empty if there is none.
Function ReadCurrent
  StrCpy $CurrentRuntime ""
  StrCpy $CurrentApp ""
  ${If} ${FileExists} "$INSTDIR\current.txt"
    FileOpen $0 "$INSTDIR\current.txt" r
    FileRead $0 $1
    FileClose $0
    ${TrimNewLines} "$1" $1
    ${WordFind} "$1" " " "+1" $CurrentRuntime
    ${WordFind} "$1" " " "+2" $CurrentApp
  ${EndIf}
FunctionEnd

; The updates of the program itself change current.txt and not the registry.
Function RefuseOlder
  StrCpy $R1 $CurrentApp "" 4
  ${If} $CurrentApp == ""
    ReadRegStr $R1 HKCU "${OWN_KEY}" "Version"
  ${EndIf}
  ${If} $R1 != ""
    ${VersionCompare} "$R1" "${VERSION}" $R2
    ${If} $R2 = 1
      MessageBox MB_ICONSTOP "$(Older)" /SD IDOK
      SetErrorLevel 9
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd

!macro UnpackBeside FOLDER FILES
  RMDir /r "$INSTDIR\${FOLDER}.new"
  ClearErrors
  !insertmacro ${FILES} "$INSTDIR\${FOLDER}.new"
  SetOutPath "$INSTDIR"
  ${If} ${Errors}
    Goto cannot_place
  ${EndIf}
!macroend

; Renames; an antivirus program that is looking at a file is waited for.
!macro Move FROM TO
  ${For} $R3 1 10
    ClearErrors
    Rename "$INSTDIR\${FROM}" "$INSTDIR\${TO}"
    ${IfNot} ${Errors}
      ${ExitFor}
    ${EndIf}
    Sleep 500
  ${Next}
!macroend

; Writes a file whole: it is there old or new, also after a power cut.
!macro WriteNames FILE RUNTIME_NAME APP_NAME
  FileOpen $0 "$INSTDIR\${FILE}.new" w
  FileWrite $0 "${RUNTIME_NAME} ${APP_NAME}$\r$\n"
  FileClose $0
  !insertmacro PlaceFile "${FILE}"
!macroend

!macro PlaceFile FILE
  System::Call 'kernel32::MoveFileExW(w "$INSTDIR\${FILE}.new", w "$INSTDIR\${FILE}", i 9) i .r1'
  ${If} $1 = 0
    Goto cannot_choose
  ${EndIf}
!macroend

; Gives an unpacked folder its name. One of that name that is in use keeps working under another, which previous.txt says.
!macro PlaceFolder FOLDER CURRENT WHILE_RUNTIME WHILE_APP
  RMDir /r "$INSTDIR\${FOLDER}.old"
  ${If} ${FileExists} "$INSTDIR\${FOLDER}\*.*"
    ${If} ${CURRENT} == "${FOLDER}"
      !insertmacro WriteNames "previous.txt" "${WHILE_RUNTIME}" "${WHILE_APP}"
    ${EndIf}
    !insertmacro Move "${FOLDER}" "${FOLDER}.old"
    ${If} ${Errors}
      Goto cannot_place
    ${EndIf}
  ${EndIf}
  !insertmacro Move "${FOLDER}.new" "${FOLDER}"
  ${If} ${Errors}
    Rename "$INSTDIR\${FOLDER}.old" "$INSTDIR\${FOLDER}"
    Goto cannot_place
  ${EndIf}
!macroend

Section "$(Program)" SectionProgram
  SectionIn RO
  SetOverwrite on
  SetShellVarContext current
  Call ReadCurrent
  !insertmacro UnpackBeside "${RUNTIME}" RuntimeFiles
  !insertmacro UnpackBeside "${APP}" AppFiles
  File "/oname=Rujuk.exe.new" "${PAYLOAD}\Rujuk.exe"
  File "/oname=rujuk-cli.exe.new" "${PAYLOAD}\rujuk-cli.exe"
  File "/oname=LICENCES.txt" "${PAYLOAD}\LICENCES.txt"
  !insertmacro PlaceFolder "${RUNTIME}" $CurrentRuntime "${RUNTIME}.old" "$CurrentApp"
  !insertmacro PlaceFolder "${APP}" $CurrentApp "$CurrentRuntime" "${APP}.old"
  !insertmacro PlaceFile "Rujuk.exe"
  !insertmacro PlaceFile "rujuk-cli.exe"
  !insertmacro WriteNames "current.txt" "${RUNTIME}" "${APP}"
  Delete "$INSTDIR\previous.txt"
  Delete "$INSTDIR\pending.txt"
  FindFirst $0 $1 "$INSTDIR\*"
  ${DoWhile} $1 != ""
    StrCpy $2 $1 4
    StrCpy $3 $1 8
    ${If} $2 == "app-"
    ${AndIf} $1 != "${APP}"
      RMDir /r "$INSTDIR\$1"
    ${ElseIf} $3 == "runtime-"
    ${AndIf} $1 != "${RUNTIME}"
      RMDir /r "$INSTDIR\$1"
    ${EndIf}
    FindNext $0 $1
  ${Loop}
  FindClose $0
  WriteUninstaller "$INSTDIR\Uninstall.exe"
  CreateShortCut "$SMPROGRAMS\Rujuk.lnk" "$INSTDIR\Rujuk.exe" "" "$INSTDIR\Rujuk.exe" 0 SW_SHOWNORMAL "" "Rujuk"
  CreateShortCut "$DESKTOP\Rujuk.lnk" "$INSTDIR\Rujuk.exe" "" "$INSTDIR\Rujuk.exe" 0 SW_SHOWNORMAL "" "Rujuk"
  WriteRegStr HKCU "${OWN_KEY}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${OWN_KEY}" "Version" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayName" "Rujuk"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "Publisher" "Rujuk"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "DisplayIcon" "$INSTDIR\Rujuk.exe"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL_KEY}" "UninstallString" '"$INSTDIR\Uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL_KEY}" "QuietUninstallString" '"$INSTDIR\Uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKCU "${UNINSTALL_KEY}" "EstimatedSize" $0
  ${If} $AgentRan = 1
    Exec '"$INSTDIR\Rujuk.exe" -m desktop.agent'
  ${EndIf}
  Goto done
  cannot_place:
  SetErrorLevel 7
  MessageBox MB_ICONSTOP "$(CannotPlace)" /SD IDOK
  Abort "$(CannotPlace)"
  cannot_choose:
  SetErrorLevel 8
  MessageBox MB_ICONSTOP "$(CannotPlace)" /SD IDOK
  Abort "$(CannotPlace)"
  done:
SectionEnd

Section "$(Autostart)" SectionAutostart
  WriteRegStr HKCU "${RUN_KEY}" "Rujuk" '"$INSTDIR\Rujuk.exe" -m desktop.agent'
SectionEnd

Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    MessageBox MB_ICONSTOP "$(WrongWindows)" /SD IDOK
    SetErrorLevel 6
    Quit
  ${EndIf}
  Call ReadCurrent
  Call RefuseOlder
  Call WaitUntilClosed
  ; Whoever has switched it off once is not asked again by an update.
  ReadRegStr $R1 HKCU "${RUN_KEY}" "Rujuk"
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/NOAUTOSTART" $R2
  ${IfNot} ${Errors}
  ${OrIf} $CurrentApp != ""
  ${AndIf} $R1 == ""
    SectionSetFlags ${SectionAutostart} 0
  ${EndIf}
FunctionEnd

Function un.onInit
  StrCpy $DeleteData 0
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/DELETEDATA" $R1
  ${IfNot} ${Errors}
    StrCpy $DeleteData 1
  ${EndIf}
  Call un.WaitUntilClosed
FunctionEnd

Function un.AskAboutData
  !insertmacro MUI_HEADER_TEXT "$(DataTitle)" "$(DataSubtitle)"
  nsDialogs::Create 1018
  Pop $0
  ${NSD_CreateLabel} 0 0 100% 60u "$(DataText)"
  Pop $0
  ${NSD_CreateCheckbox} 0 70u 100% 12u "$(DataDelete)"
  Pop $DeleteBox
  nsDialogs::Show
FunctionEnd

Function un.KeepAnswer
  ${NSD_GetState} $DeleteBox $0
  ${If} $0 = ${BST_CHECKED}
    StrCpy $DeleteData 1
  ${EndIf}
FunctionEnd

Section "Uninstall"
  SetShellVarContext current
  Delete "$SMPROGRAMS\Rujuk.lnk"
  Delete "$DESKTOP\Rujuk.lnk"
  DeleteRegValue HKCU "${RUN_KEY}" "Rujuk"
  FindFirst $0 $1 "$INSTDIR\*"
  ${DoWhile} $1 != ""
    StrCpy $2 $1 4
    StrCpy $3 $1 8
    ${If} $2 == "app-"
    ${OrIf} $3 == "runtime-"
      RMDir /r "$INSTDIR\$1"
    ${EndIf}
    FindNext $0 $1
  ${Loop}
  FindClose $0
  Delete "$INSTDIR\Rujuk.exe"
  Delete "$INSTDIR\rujuk-cli.exe"
  Delete "$INSTDIR\LICENCES.txt"
  Delete "$INSTDIR\current.txt"
  Delete "$INSTDIR\previous.txt"
  Delete "$INSTDIR\trial.txt"
  Delete "$INSTDIR\update.lock"
  Delete "$INSTDIR\Uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "${UNINSTALL_KEY}"
  DeleteRegKey HKCU "${OWN_KEY}"
  ${If} $DeleteData = 1
    RMDir /r "$LOCALAPPDATA\Rujuk"
  ${EndIf}
SectionEnd

!ifdef SIGN
  !finalize '${SIGN} "%1"'
  !uninstfinalize '${SIGN} "%1"'
!endif
